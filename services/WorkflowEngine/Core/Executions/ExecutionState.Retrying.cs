namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>A failure that may pass is tried again, later each time.</summary>
public sealed partial class ExecutionState
{
    /// <summary>Names the durable timer of a node that is going to be tried again.</summary>
    public const string RetryReason = "retry";

    /// <summary>Null when there is no further attempt.</summary>
    private DateTimeOffset? TriesAgainAt(Place place, NodeFailure failure, DateTimeOffset now)
    {
        var policy = place.Node.Retries;
        return failure.IsRetryable && !IsFinished && place.Slot.RetryCount < policy.Attempts && place.Slot.Status != NodeStatus.Retrying
            ? now + policy.DelayBefore(place.Slot.RetryCount + 1, place.Run.IdempotencyKey(Start.ExecutionId), failure.RetryAfter)
            : null;
    }

    private NodeStep.Wait Postpone(Place place, NodeFailure failure, DateTimeOffset again)
    {
        if (place.Slot.Status == NodeStatus.WaitingInput)
        {
            Waiting--;
        }
        else
        {
            InFlight--;
        }

        MoveTo(place, NodeStatus.Retrying);
        Waiting++;
        place.Slot.RetryCount++;
        place.Slot.Error = failure.ToJson();
        var wait = new NodeStep.Wait(again, RetryReason);
        _asked.Add(new(place.Run, wait));
        return wait;
    }

    private NodeStep TryAgain(Place place, DateTimeOffset now)
    {
        MoveTo(place, NodeStatus.Running);
        Waiting--;
        InFlight++;
        place.Slot.Error = default;
        return Apply(place, BeginOrConvert(place, now), now);
    }
}
