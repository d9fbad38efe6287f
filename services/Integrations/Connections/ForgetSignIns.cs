using Npgsql;

namespace AiTeams.Integrations.Connections;

/// <summary>A sign-in at a provider that did not come back within its ten minutes is forgotten: its state opens nothing any more.</summary>
internal sealed partial class ForgetSignIns(NpgsqlDataSource database, TimeProvider clock, ILogger<ForgetSignIns> logger) : BackgroundService
{
    internal const int Batch = 1000;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);

    private const string Forget = """
        DELETE FROM oauth_states WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM oauth_states WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2))
        """;

    /// <summary>Forgets one batch and returns how many that were.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Forget);
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new() { Value = Batch });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) < Batch)
                {
                    await Task.Delay(Idle, clock, stoppingToken);
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);                            // a failed round must not end the duty
                await Task.Delay(Idle, clock, stoppingToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sign-ins that did not come back could not be deleted; the next round tries again")]
    private partial void LogFailed(Exception exception);
}
