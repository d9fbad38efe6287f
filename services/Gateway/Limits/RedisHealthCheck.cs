using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AiTeams.Gateway.Limits;

/// <summary>Degraded and never worse: without Redis the gateway serves, it just does not count.</summary>
internal sealed class RedisHealthCheck(RedisConnection redis) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(redis.IsConnected
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded("Redis does not answer; requests are not counted."));
}
