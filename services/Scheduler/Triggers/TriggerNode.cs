using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.Scheduler.Triggers;

/// <summary>A node of type TRIGGER as it stands in a workflow's document.</summary>
/// <param name="Position">Its place in <c>nodes</c>, for the pointers of problems.</param>
internal sealed record TriggerNode(Guid WorkflowId, string Id, string Name, string Subtype, JsonObject Configuration, int Position)
{
    /// <summary>A problem with one parameter.</summary>
    public Problem Problem(string code, string message, string parameter, string? hint = null) =>
        new(code, message, JsonPointer.Append($"/nodes/{Position}/configurations", parameter))
        {
            NodeId = Id,
            Hint = hint,
        };
}
