using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>What a node type does. Stateless and pure: everything it may look at is in the context.</summary>
internal abstract class NodeBehaviour
{
    public abstract NodeStep Begin(NodeContext node);

    /// <summary>Only for behaviours that ask for a call.</summary>
    public virtual NodeStep AfterHttp(NodeContext node, HttpResult result) =>
        new NodeStep.Failed(new("unexpected_result", "The node did not ask for an HTTP call."));

    /// <summary>Only for behaviours that ask to wait.</summary>
    public virtual NodeStep AfterWait(NodeContext node) =>
        new NodeStep.Failed(new("unexpected_result", "The node did not ask to wait."));
}
