using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;

namespace AiTeams.ServiceDefaults.Messaging;

/// <summary>Forgets what was received so long ago that it will not be delivered again.</summary>
internal sealed partial class InboxRetention(NpgsqlDataSource dataSource, TimeProvider clock, ILogger<InboxRetention> logger) : BackgroundService
{
    public static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <returns>How many were forgotten.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("DELETE FROM messaging.inbox WHERE service = current_user AND received_at < $1");
        command.Parameters.Add(new NpgsqlParameter { Value = (clock.GetUtcNow() - Keep).UtcDateTime });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [SuppressMessage("Design", "CA1031", Justification = "A failed round must not end the duty.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RunOnceAsync(stoppingToken);
                }
                catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
                {
                    LogFailed(failure);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old received messages could not be forgotten; the next round tries again")]
    private partial void LogFailed(Exception failure);
}
