using System.Diagnostics;
using System.Threading.Channels;
using AiTeams.WorkflowEngine.Ownership;
using Npgsql;

namespace AiTeams.WorkflowEngine.Writing;

/// <summary>
/// The one way from a running execution to the disk. Units of all executions queue here and go out together: one batch of set-based
/// statements, one transaction, one round trip. While one flush is under way the next one gathers, so load makes flushes larger and
/// not more numerous, and a lone execution never waits for company.
/// </summary>
internal sealed partial class ExecutionWriter(
    IFlushTarget target, EngineInstance engine, EngineMetrics metrics, TimeProvider clock, ILogger<ExecutionWriter> logger) : BackgroundService
{
    private const int MaxRowsPerFlush = 2_000;
    private const int CongestedAt = 20_000;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(1);

    private readonly Channel<PendingUnit> _queue = Channel.CreateUnbounded<PendingUnit>();
    private long _flushes;

    /// <summary>More waits to be written than a database in good health ever leaves behind: new work is better refused than accepted late.</summary>
    public bool IsCongested => _queue.Reader.Count > CongestedAt;

    /// <summary>
    /// Takes the unit at once, in the order of the calls; the task completes when it is on disk. False: its start was refused because the
    /// idempotency key is taken. Fails with <see cref="EngineFencedException"/> when this engine may not write any more, and with what
    /// Postgres said when the unit itself is at fault. An outage is waited out.
    /// </summary>
    public Task<bool> Enqueue(WriteUnit unit)
    {
        var pending = new PendingUnit(unit, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        return _queue.Writer.TryWrite(pending) ? pending.Done.Task : Task.FromException<bool>(new EngineFencedException());
    }

    /// <summary>No more units: what is queued is flushed, then the loop ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        if (ExecuteTask is { } running)
        {
            await Task.WhenAny(running, Task.Delay(Timeout.Infinite, cancellationToken));
        }

        await base.StopAsync(cancellationToken);
    }

    /// <summary>Flushes what is queued, until no more units are taken.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        await target.ReadyAsync(stoppingToken);
        var units = new List<PendingUnit>();
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            units.Clear();
            for (var rows = 0; rows < MaxRowsPerFlush && _queue.Reader.TryRead(out var pending); rows += pending.Unit.Rows)
            {
                units.Add(pending);
            }

            await FlushUntilDecidedAsync(units, stoppingToken);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    private async Task FlushUntilDecidedAsync(List<PendingUnit> units, CancellationToken stoppingToken)
    {
        var number = ++_flushes;
        var retry = FirstRetry;
        while (true)
        {
            try
            {
                await FlushAsync(number, units, stoppingToken);
                return;
            }
            catch (PostgresException ex) when (ex.SqlState == EngineInstance.FencedSqlState)
            {
                engine.Fence();
                FailAll(units, new EngineFencedException());
                return;
            }
            catch (NpgsqlException ex) when (IsOutage(ex))
            {
                LogOutage(units.Count, ex.Message);
                if (stoppingToken.IsCancellationRequested)
                {
                    FailAll(units, ex);
                    return;
                }

                await Task.WhenAny(Task.Delay(retry, clock, stoppingToken));
                retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
            }
            catch (Exception ex) when (units.Count > 1)
            {
                // One bad unit must not take the others with it: each on its own. Nothing was written: the database has said so, or was not asked.
                LogSplit(units.Count, ex.Message);
                foreach (var unit in units)
                {
                    await FlushUntilDecidedAsync([unit], stoppingToken);
                }

                return;
            }
            catch (Exception ex) when (units.Count == 1)
            {
                FailAll(units, ex);
                return;
            }
        }
    }

    private async Task FlushAsync(long number, List<PendingUnit> units, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var inserted = await target.FlushAsync(number, [.. units.Select(u => u.Unit)], cancellationToken);
        metrics.Flushed(units.Count, Stopwatch.GetElapsedTime(started));
        foreach (var (unit, done) in units)
        {
            done.TrySetResult(unit.Start is null || inserted.Contains(unit.ExecutionId));
        }
    }

    private static bool IsOutage(NpgsqlException exception) => exception is not PostgresException { IsTransient: false } || exception.IsTransient
        || exception is PostgresException { SqlState: ['5', '7', 'P', ..] or ['0', '8', ..] };

    private static void FailAll(List<PendingUnit> units, Exception exception)
    {
        foreach (var (_, done) in units)
        {
            done.TrySetException(exception);
        }
    }

    private sealed record PendingUnit(WriteUnit Unit, TaskCompletionSource<bool> Done);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A flush of {Units} units waits for the database: {Reason}")]
    private partial void LogOutage(int units, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A flush of {Units} units is repeated one by one: {Reason}")]
    private partial void LogSplit(int units, string reason);
}
