using AiTeams.Gateway.Limits;

namespace AiTeams.Gateway.Routing;

/// <summary>Which service answers which address: the whole table. What is not here is not reachable from outside.</summary>
internal static class RouteTable
{
    private const string App = "/api/v1/app";
    private const string Public = "/api/v1/public";

    public static IReadOnlyList<ServiceRoute> Routes { get; } =
    [
        .. To("workflow-engine", Layer.App, $"{App}/workflows", $"{App}/executions", $"{App}/node-types"),
        new("workflow-engine", Layer.App, $"{App}/executions/{{execution_id}}/events") { IsStream = true },
        .. To("scheduler", Layer.App,
            $"{App}/workflows/{{workflow_id}}/deploy", $"{App}/workflows/{{workflow_id}}/undeploy", $"{App}/workflows/{{workflow_id}}/rollback",
            $"{App}/workflows/{{workflow_id}}/deployments", $"{App}/workflows/{{workflow_id}}/triggers"),
        .. To("scheduler", Layer.Webhook, $"{Public}/webhook", $"{Public}/webhooks"),
        .. To("human-in-the-loop", Layer.App, $"{App}/interactions", $"{App}/workflows/{{workflow_id}}/hil-responses"),
        .. To("human-in-the-loop", Layer.Public, $"{Public}/hil"),
        .. To("memory", Layer.App, $"{App}/memory"),
        .. To("integrations", Layer.App,
            $"{App}/integrations", $"{App}/credentials", $"{App}/api-calls", $"{App}/ai-models", $"{App}/usage", $"{App}/mcp-tools",
            $"{App}/mcp-servers", $"{App}/api-keys"),
        .. To("integrations", Layer.Public, $"{Public}/oauth"),
        .. To("integrations", Layer.Mcp, "/api/v1/mcp"),
    ];

    /// <summary>The services behind the gateway, each once.</summary>
    public static IReadOnlyList<string> Services { get; } = [.. Routes.Select(route => route.Service).Distinct()];

    private static IEnumerable<ServiceRoute> To(string service, Layer layer, params string[] prefixes) =>
        prefixes.Select(prefix => new ServiceRoute(service, layer, prefix));
}

/// <param name="Prefix">This address and everything under it.</param>
internal sealed record ServiceRoute(string Service, Layer Layer, string Prefix)
{
    /// <summary>An answer that stays open as long as there is something to watch.</summary>
    public bool IsStream { get; init; }
}
