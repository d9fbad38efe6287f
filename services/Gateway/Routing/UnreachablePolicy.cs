using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace AiTeams.Gateway.Routing;

/// <summary>One failed connection is enough to prefer the other replicas for a while.</summary>
internal sealed class UnreachablePolicy(IDestinationHealthUpdater updater) : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "Unreachable";

    public string Name => PolicyName;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        var period = cluster.Model.Config.HealthCheck?.Passive?.ReactivationPeriod ?? TimeSpan.FromSeconds(2);
        var health = context.GetForwarderErrorFeature() is { Error: ForwarderError.Request }
            ? DestinationHealth.Unhealthy
            : DestinationHealth.Healthy;
        updater.SetPassive(cluster, destination, health, period);
    }
}
