using System.Text.Json.Nodes;

namespace AiTeams.Scheduler.Triggers;

/// <summary>A row of trigger_index: a trigger that listens.</summary>
/// <param name="Configuration">The node's own; defaults are not filled in.</param>
internal sealed record DeployedTrigger(
    Guid WorkflowId, Guid UserId, string NodeId, int WorkflowVersion, string Subtype, string IndexKey, JsonObject Configuration);
