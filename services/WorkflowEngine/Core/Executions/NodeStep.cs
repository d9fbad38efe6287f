using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>What beginning a node came to: it is over already, or the world outside is needed.</summary>
public abstract record NodeStep
{
    private NodeStep()
    {
    }

    /// <summary>Done, with one payload on the port <c>result</c>.</summary>
    internal static NodeStep Result(JsonData payload) => new Completed(JsonData.Object((ConnectionDefinition.DefaultOutputKey, payload)));

    /// <summary>Done. Outputs is an object of port to payload; a port that is absent or null carries nothing.</summary>
    public sealed record Completed(JsonData Outputs) : NodeStep;

    /// <summary>Failed. Outputs is what the node gave in spite of that, or Missing.</summary>
    public sealed record Failed(NodeFailure Failure, JsonData Outputs = default) : NodeStep;

    /// <summary>Make this call and hand the result to <see cref="ExecutionState.CompleteCall"/>.</summary>
    public sealed record Call(OutsideCall What) : NodeStep
    {
        /// <summary>The node's own limit; a call that takes longer is abandoned with <see cref="ExecutionState.TimeOutCall"/>.</summary>
        public TimeSpan Timeout { get; init; }

        /// <summary>How often the node was tried before.</summary>
        public int Attempt { get; init; }
    }

    /// <summary>Run the nodes behind the port <c>iteration</c> once per element. Core does that by itself.</summary>
    internal sealed record Iterate(LoopPlan Plan) : NodeStep;

    /// <summary>Wait and then call <see cref="ExecutionState.CompleteWait"/>. The reason names the durable timer.</summary>
    public sealed record Wait(DateTimeOffset DueAt, string Reason) : NodeStep;

    /// <summary>Put this question to people and wait for what becomes of it, see <see cref="ExecutionState.Signal"/>. The question is its own timer.</summary>
    public sealed record Ask(Question What) : NodeStep;
}

/// <summary>A step the caller has to take for one node.</summary>
public readonly record struct PendingStep(NodeRun Run, NodeStep Step);
