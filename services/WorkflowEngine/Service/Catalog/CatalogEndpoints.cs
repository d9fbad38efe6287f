using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.ApiDescription;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Paging;
using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Catalog;

/// <summary>The nodes a workflow can be built from, and those that are described and cannot run yet.</summary>
internal static class CatalogEndpoints
{
    private static readonly NodeTypeList Active = ListOf(NodeCatalog.Active);
    private static readonly NodeTypeList Everything = ListOf(NodeCatalog.All);

    public sealed record NodeTypeList(IReadOnlyList<NodeTypeSummary> NodeTypes);

    public sealed record NodeTypeSummary(
        string Type, string Subtype, string Version, bool IsActive, string Description, IReadOnlyList<string> Ports, string Schema);

    public static IEndpointRouteBuilder MapCatalog(this IEndpointRouteBuilder endpoints)
    {
        var nodeTypes = endpoints.MapGroup("/api/v1/app/node-types").WithTags("Node types").RequireAuthorization("user");

        nodeTypes.MapGet("", (HttpRequest request) => List(request))
            .Named("ListNodeTypes", "List the nodes a workflow can be built from; with include_inactive=true also those that cannot run yet")
            .WithQuery("include_inactive").ProducesProblems(422);

        nodeTypes.MapGet("/{type}/{subtype}", Describe)
            .Named("ReadNodeType", "Describe one node as JSON Schema").ProducesProblems(404);

        return endpoints;
    }

    private static NodeTypeList List(HttpRequest request)
    {
        var query = new QueryReader(request.Query);
        var includeInactive = query.Flag("include_inactive") ?? false;
        query.ThrowIfInvalid();
        return includeInactive ? Everything : Active;
    }

    private static JsonObject Describe(string type, string subtype)
    {
        var spec = NodeCatalog.Find(type, subtype) ?? throw Problems.NotFound("node type");
        var schema = NodeSchema.Of(spec);
        schema["is_active"] = spec.IsActive;
        return schema;
    }

    private static NodeTypeList ListOf(IReadOnlyList<NodeSpec> specs) => new([.. specs.Select(spec => new NodeTypeSummary(
        spec.Type, spec.Subtype, spec.Version, spec.IsActive, spec.Description, [.. spec.Ports.Select(port => port.Name)],
        $"/api/v1/app/node-types/{spec.Type}/{spec.Subtype}"))]);
}
