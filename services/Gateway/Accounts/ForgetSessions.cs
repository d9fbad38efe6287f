using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace AiTeams.Gateway.Accounts;

/// <summary>
/// Removes what sign-ins leave behind: sessions that ended, and refresh tokens spent, a month ago. A token that comes back later than
/// that is refused as unknown instead of ending its family.
/// </summary>
internal sealed partial class ForgetSessions(NpgsqlDataSource database, TimeProvider clock, ILogger<ForgetSessions> logger) : BackgroundService
{
    private static readonly TimeSpan Idle = TimeSpan.FromHours(6);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow().UtcDateTime - Kept;
        await using var batch = database.CreateBatch();
        Add("DELETE FROM auth.sessions WHERE revoked_at < $1 OR not_after < $1");
        // A token goes with its parent: the living ones are let go of first.
        Add("UPDATE auth.refresh_tokens t SET parent_id = NULL FROM auth.refresh_tokens p WHERE p.id = t.parent_id AND p.revoked AND p.used_at < $1");
        Add("DELETE FROM auth.refresh_tokens WHERE revoked AND used_at < $1");
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return batch.BatchCommands[0].RecordsAffected + batch.BatchCommands[2].RecordsAffected;

        void Add(string sql) => batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = before } } });
    }

    [SuppressMessage("Design", "CA1031", Justification = "A failed round must not end the duty.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Idle, clock, stoppingToken);
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ended sessions could not be removed: {Reason}")]
    private partial void LogFailed(string reason);
}
