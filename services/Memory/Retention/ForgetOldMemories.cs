using Microsoft.Extensions.Options;
using Npgsql;

namespace AiTeams.Memory.Retention;

/// <summary>Forgets what is over: key values whose time has come, and messages older than the retention, if there is one.</summary>
internal sealed partial class ForgetOldMemories(
    NpgsqlDataSource database, IOptions<RetentionSettings> settings, TimeProvider clock, ILogger<ForgetOldMemories> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    /// <summary>One batch of each; returns how many rows went. Several processes may do it at once.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var values = database.CreateCommand("SELECT forget_expired_key_values()");
        var forgotten = (int)(await values.ExecuteScalarAsync(cancellationToken))!;
        if (settings.Value.ConversationDays is not { } days)
        {
            return forgotten;
        }

        await using var messages = database.CreateCommand("SELECT cleanup_old_conversation_buffers($1)");
        messages.Parameters.Add(new() { Value = days });
        return forgotten + (int)(await messages.ExecuteScalarAsync(cancellationToken))!;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Interval;
            try
            {
                if (await RunOnceAsync(stoppingToken) is > 0 and var forgotten)
                {
                    LogForgotten(forgotten);
                    continue;
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);                            // a failed round must not end the duty
                pause = AfterFailure;
            }

            await Task.Delay(pause, clock, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Forgotten} old memories forgotten")]
    private partial void LogForgotten(int forgotten);

    [LoggerMessage(Level = LogLevel.Error, Message = "Old memories could not be forgotten")]
    private partial void LogFailed(Exception exception);
}
