
namespace AiTeams.Scheduler.Deployments;

/// <summary>How a workflow is deployed now.</summary>
/// <param name="DeploymentVersion">Counts deployments; a rollback names one.</param>
/// <param name="WorkflowVersion">The version of the document that runs; null while nothing is deployed.</param>
internal sealed record Deployment(
    Guid WorkflowId, string DeploymentStatus, int DeploymentVersion, int? WorkflowVersion, IReadOnlyList<Deployment.Trigger> Triggers)
{
    /// <param name="WebhookUrl">Where a webhook is called, as a path of this API; null for other triggers.</param>
    public sealed record Trigger(string NodeId, string TriggerSubtype, string IndexKey, DateTimeOffset? NextFireAt, string? WebhookUrl);

    public static IReadOnlyList<Trigger> Of(IEnumerable<PlannedTrigger> planned) =>
    [
        .. planned.Select(trigger => new Trigger(
            trigger.Node.Id, trigger.Node.Subtype, trigger.Plan.IndexKey, trigger.Plan.NextFireAt,
            trigger.Node.Subtype == "WEBHOOK" ? $"/api/v1/public/webhook{trigger.Plan.IndexKey}" : null)),
    ];
}
