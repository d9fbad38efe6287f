using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using WorkflowEngineClient = AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine.WorkflowEngineClient;

namespace AiTeams.Scheduler.Firing;

/// <summary>Hands queued firings to an engine, oldest first, any number of schedulers at once.</summary>
internal sealed partial class DeliverFirings(
    WorkflowEngineClient engine, FiringQueue queue, FiringCounters counters, TimeProvider clock, ILogger<DeliverFirings> logger) : BackgroundService
{
    private const int Batch = 500;
    private const int AtOnce = 64;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Hands one batch over and returns how many firings it had.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var claimed = await queue.ClaimAsync(Batch, cancellationToken);
        if (claimed.Count == 0)
        {
            return 0;
        }

        var results = new ConcurrentBag<FiringResult>();
        var isAway = false;
        await Parallel.ForEachAsync(
            claimed,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (firing, token) =>
            {
                // One refused connection tells about the rest: they wait for the next round instead of being refused one by one.
                var result = Volatile.Read(ref isAway)
                    ? new FiringResult(firing.Id, "queued", null, null, LongestSleep)
                    : await HandOverAsync(firing, token);
                if (result is { Status: "queued", Error: not null })
                {
                    Volatile.Write(ref isAway, true);
                }

                results.Add(result);
            });
        await queue.DecideAsync([.. results], cancellationToken);
        return isAway ? 0 : claimed.Count;
    }

    private async Task<FiringResult> HandOverAsync(ClaimedFiring firing, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await FireTrigger.StartAsync(
                engine, firing.UserId, firing.WorkflowId, firing.NodeId, firing.WorkflowVersion, firing.Mode, firing.DeliveryKey,
                ByteString.CopyFromUtf8(firing.Data), TimeSpan.Zero, Patience, clock, cancellationToken);
            counters.Fired(firing.WorkflowId, firing.NodeId, clock.GetUtcNow());
            return new FiringResult(firing.Id, "started", answer.ExecutionId, null, TimeSpan.Zero);
        }
        catch (RpcException failure) when (!cancellationToken.IsCancellationRequested && FireTrigger.IsTemporary(failure.StatusCode))
        {
            var pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, Math.Min(firing.Attempts, 10)) / 2));
            return new FiringResult(firing.Id, "queued", null, failure.Status.Detail, failure.StatusCode == StatusCode.Unavailable ? LongestSleep : pause);
        }
        catch (RpcException failure) when (!cancellationToken.IsCancellationRequested)
        {
            counters.Failed(firing.WorkflowId, firing.NodeId, clock.GetUtcNow(), failure.Status.Detail);
            LogRefused(firing.WorkflowId, firing.NodeId, failure.Status.Detail);
            return new FiringResult(firing.Id, "failed", null, failure.Status.Detail, TimeSpan.Zero);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) == 0)
                {
                    await SleepAsync(stoppingToken);
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);                            // a failed round must not end the duty
                await Task.Delay(LongestSleep, clock, stoppingToken);
            }
        }
    }

    private async Task SleepAsync(CancellationToken cancellationToken)
    {
        var due = await queue.NextDueAsync(cancellationToken) ?? LongestSleep;
        await queue.WaitAsync(due > LongestSleep ? LongestSleep : due < TimeSpan.FromMilliseconds(10) ? TimeSpan.FromMilliseconds(10) : due, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The engine refuses what {WorkflowId} {NodeId} fired: {Reason}")]
    private partial void LogRefused(Guid workflowId, string nodeId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Queued firings could not be handed over; the next round tries again")]
    private partial void LogFailed(Exception exception);
}
