using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Expressions;
using AiTeams.WorkflowEngine.Core.Graph;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>What a node type does. Stateless and pure: everything it may look at is in the context.</summary>
internal abstract class NodeBehaviour
{
    public abstract NodeStep Begin(NodeContext node);

    /// <summary>What can be worked out from the configuration as written, once per workflow; found again as <see cref="CompiledNode.Prepared"/>.</summary>
    /// <exception cref="ExpressionException">The configuration makes no sense; the exception's parameter says where.</exception>
    public virtual object? Prepare(NodeSpec spec, JsonData configuration) => null;

    /// <summary>Rules between parameters that the catalogue's table cannot say: name of the parameter and what is wrong.</summary>
    public virtual IEnumerable<(string Parameter, string Message)> Check(JsonData configuration) => [];

    /// <summary>Only for behaviours that ask for a call; the result is of that call's kind.</summary>
    public virtual NodeStep AfterCall(NodeContext node, OutsideResult result) =>
        new NodeStep.Failed(new("unexpected_result", "The node did not ask for a call."));

    /// <summary>Ports besides those of the specification, as a configuration makes them.</summary>
    public virtual IEnumerable<string> PortsOf(JsonData configuration) => [];

    /// <summary>Only for behaviours that wait for one: what a signal from outside makes of the wait. Null: it is not what is waited for.</summary>
    public virtual NodeStep? AfterSignal(NodeContext node, JsonData data) => null;

    /// <summary>Only for behaviours that ask to wait.</summary>
    public virtual NodeStep AfterWait(NodeContext node) =>
        new NodeStep.Failed(new("unexpected_result", "The node did not ask to wait."));
}
