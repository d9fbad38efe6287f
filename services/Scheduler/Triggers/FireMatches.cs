using AiTeams.Scheduler.Firing;
using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.Scheduler.Triggers;

/// <summary>How many triggers a provider's delivery fired. Whose they are and what they started is not the provider's business.</summary>
/// <param name="Fired">Started now or before.</param>
/// <param name="Queued">Stored, and started when an engine takes them.</param>
internal sealed record DeliveryReceipt(int Fired, int Queued);

/// <summary>Fires every trigger a provider's delivery is for. One whose workflow is gone meanwhile does not keep the others from firing.</summary>
internal sealed partial class FireMatches(FireTrigger fire, ILogger<FireMatches> logger)
{
    public async Task<DeliveryReceipt> HandleAsync(IEnumerable<Delivery> deliveries)
    {
        // Once a delivery is accepted it no longer depends on the sender staying there.
        var outcomes = await Task.WhenAll(deliveries.Select(delivery => TryAsync(delivery)));
        return new DeliveryReceipt(outcomes.Count(outcome => outcome is { IsQueued: false }), outcomes.Count(outcome => outcome is { IsQueued: true }));
    }

    private async Task<FiringOutcome?> TryAsync(Delivery delivery)
    {
        try
        {
            return await fire.HandleAsync(delivery, CancellationToken.None);
        }
        catch (ProblemException refused) when (refused.Status < StatusCodes.Status500InternalServerError)
        {
            LogRefused(delivery.Trigger.WorkflowId, delivery.Trigger.NodeId, refused.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{WorkflowId} {NodeId} could not be fired: {Reason}")]
    private partial void LogRefused(Guid workflowId, string nodeId, string reason);
}
