using AiTeams.HumanInTheLoop.Resuming;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Replies;

/// <summary>Judges what has been written, oldest first. Any number of services: two that judge the same come to the same, and one of them writes it down.</summary>
internal sealed partial class ReadReplies(ReplyRows rows, JudgeReply judge, HilAlarm alarm, TimeProvider clock, ILogger<ReadReplies> logger) : BackgroundService
{
    private const int Batch = 50;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenSettling = TimeSpan.FromMinutes(1);
    private DateTimeOffset _settled;

    /// <summary>Judges one batch and returns how many there were.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var unread = await rows.UnreadAsync(Batch, cancellationToken);
        foreach (var reply in unread)
        {
            try
            {
                await judge.HandleAsync(reply, cancellationToken);
            }
            catch (Exception ex) when (ex is not (OperationCanceledException or NpgsqlException))
            {
                // One that cannot be judged must not keep the others from it.
                LogUnreadable(ex, reply.Id);
                await rows.ExecuteAsync(cancellationToken, ReplyRows.Judged(reply.Id, "error", null, null, "It could not be read."));
            }
        }

        if (clock.GetUtcNow() - _settled > BetweenSettling)
        {
            await rows.SettleAsync(cancellationToken);
            _settled = clock.GetUtcNow();
        }

        return unread.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) == 0)
                {
                    await alarm.ForRepliesAsync(LongestSleep, stoppingToken);
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);                            // a failed round must not end the duty
                await Task.Delay(LongestSleep, clock, stoppingToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Reply {ReplyId} cannot be read")]
    private partial void LogUnreadable(Exception exception, Guid replyId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Replies could not be read; the next round tries again")]
    private partial void LogFailed(Exception exception);
}
