namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>A MERGE waits for its branches, but not for ever: from the first that arrives its time counts.</summary>
public sealed partial class ExecutionState
{
    /// <summary>Names the durable timer of a MERGE that some branches have reached and others may still.</summary>
    public const string MergeReason = "merge_timeout";

    private static bool IsHalfArrived(Place merge) => merge.Slot is { Delivered: true, OpenEdges: > 0, Taken: false };

    private void LimitMerge(Place merge, DateTimeOffset now)
    {
        if (merge.Node.WaitsForBranches is { } limit && !merge.Frame.IsReplaying && merge.Slot.Status == NodeStatus.Pending && IsHalfArrived(merge))
        {
            _asked.Add(new(merge.Run, new NodeStep.Wait(now + limit, MergeReason)));
        }
    }

    /// <summary>What still comes on the other edges is not looked at any more.</summary>
    private void GoOnWithoutTheRest(NodeRun run)
    {
        if (FindOpen(run, NodeStatus.Pending) is { } merge && IsHalfArrived(merge) && !_ready.Contains(merge))
        {
            merge.Slot.OpenEdges = int.MaxValue;          // never again the last one to settle
            _ready.Add(merge);
        }
    }
}
