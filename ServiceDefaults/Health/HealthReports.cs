using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace AiTeams.ServiceDefaults.Health;

/// <summary>The report of all checks, at most a second old: however many probes ask, the database is asked once.</summary>
internal sealed partial class HealthReports(HealthCheckService checks, TimeProvider clock, ILogger<HealthReports> logger) : IDisposable
{
    public const string Live = "live";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1);
    private HealthReport? _latest;
    private DateTimeOffset _until;

    public async Task<HealthReport> ReadyAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_latest is null || clock.GetUtcNow() >= _until)
            {
                var report = await checks.CheckHealthAsync(cancellationToken);
                TellChanges(report);
                _latest = report;
                _until = clock.GetUtcNow() + Fresh;
            }

            return _latest;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Only the checks whose failure a restart of this process would cure.</summary>
    public Task<HealthReport> LiveAsync(CancellationToken cancellationToken) =>
        checks.CheckHealthAsync(check => check.Tags.Contains(Live), cancellationToken);

    public void Dispose() => _one.Dispose();

    private void TellChanges(HealthReport report)
    {
        foreach (var (name, check) in report.Entries)
        {
            var before = _latest is not null && _latest.Entries.TryGetValue(name, out var last) ? last.Status : HealthStatus.Healthy;
            if (before != check.Status)
            {
                LogChange(name, check.Status, check.Description);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Health of {Check} is now {Status} {Reason}")]
    private partial void LogChange(string check, HealthStatus status, string? reason);
}
