using AiTeams.ServiceDefaults.Errors;
using AiTeams.WorkflowEngine.ApiDescription;
using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Catalog;

/// <summary>The nodes a workflow can be built from.</summary>
internal static class CatalogEndpoints
{
    private static readonly NodeTypeList Everything = new([.. NodeCatalog.All.Select(spec => new NodeTypeSummary(
        spec.Type, spec.Subtype, spec.Description, [.. spec.Ports.Select(port => port.Name)], $"/api/v1/app/node-types/{spec.Type}/{spec.Subtype}"))]);

    public sealed record NodeTypeList(IReadOnlyList<NodeTypeSummary> NodeTypes);

    public sealed record NodeTypeSummary(string Type, string Subtype, string Description, IReadOnlyList<string> Ports, string Schema);

    public static IEndpointRouteBuilder MapCatalog(this IEndpointRouteBuilder endpoints)
    {
        var nodeTypes = endpoints.MapGroup("/api/v1/app/node-types").WithTags("Node types").RequireAuthorization("user");

        nodeTypes.MapGet("", () => Everything).Named("ListNodeTypes", "List the nodes a workflow can be built from").ProducesProblems();

        nodeTypes.MapGet("/{type}/{subtype}", (string type, string subtype) =>
                NodeCatalog.Find(type, subtype) is { } spec ? NodeSchema.Of(spec) : throw Problems.NotFound("node type"))
            .Named("ReadNodeType", "Describe one node as JSON Schema").ProducesProblems(404);

        return endpoints;
    }
}
