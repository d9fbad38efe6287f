using System.Globalization;
using AiTeams.Gateway.Limits;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace AiTeams.Gateway.Routing;

/// <summary>The route table in the proxy's terms, with the destinations that service discovery names.</summary>
internal static class ProxyConfiguration
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StreamPatience = TimeSpan.FromHours(1);

    public static IReadOnlyList<RouteConfig> Routes { get; } = [.. RouteTable.Routes.Select(route => new RouteConfig
    {
        RouteId = route.Prefix,
        ClusterId = Cluster(route.Service, route.IsStream),
        // The table, not the order of routes, decides: the more literal pattern wins, as everywhere in routing.
        Match = new RouteMatch { Path = $"{route.Prefix}/{{**rest}}" },
        AuthorizationPolicy = route.Layer is Layer.App ? "user" : null,
        Metadata = new Dictionary<string, string> { [nameof(Layer)] = route.Layer.ToString() },
    })];

    public static IReadOnlyList<ClusterConfig> Clusters(IConfiguration configuration) =>
        [.. RouteTable.Services.SelectMany(service => Clusters(service, Destinations(configuration, service)))];

    /// <summary>services:name:http:0, :1, ... as Aspire writes them, one per replica.</summary>
    public static IReadOnlyDictionary<string, DestinationConfig> Destinations(IConfiguration configuration, string service) =>
        configuration.GetSection($"services:{service}:http").GetChildren()
            .Where(child => child.Value is { Length: > 0 })
            .ToDictionary(
                child => string.Create(CultureInfo.InvariantCulture, $"{service}-{child.Key}"),
                child => new DestinationConfig { Address = child.Value! });

    private static IEnumerable<ClusterConfig> Clusters(string service, IReadOnlyDictionary<string, DestinationConfig> destinations)
    {
        yield return New(service, isStream: false, Patience, destinations);
        if (RouteTable.Routes.Any(route => route.Service == service && route.IsStream))
        {
            yield return New(service, isStream: true, StreamPatience, destinations);
        }
    }

    private static ClusterConfig New(
        string service, bool isStream, TimeSpan patience, IReadOnlyDictionary<string, DestinationConfig> destinations) => new()
        {
            ClusterId = Cluster(service, isStream),
            LoadBalancingPolicy = "RoundRobin",
            Destinations = destinations,
            HttpRequest = new ForwarderRequestConfig { ActivityTimeout = patience, Version = new Version(1, 1) },
            HealthCheck = new HealthCheckConfig
            {
                // A replica that could not be reached rests a moment; when all rest, all are tried: a service may be back any time.
                AvailableDestinationsPolicy = "HealthyOrPanic",
                Passive = new PassiveHealthCheckConfig
                {
                    Enabled = true,
                    Policy = UnreachablePolicy.PolicyName,
                    ReactivationPeriod = TimeSpan.FromSeconds(2),
                },
            },
        };

    private static string Cluster(string service, bool isStream) => isStream ? $"{service}-stream" : service;
}
