using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>FLOW.IF: exactly one of the ports <c>true</c> and <c>false</c> carries the data on.</summary>
internal sealed class IfNode : NodeBehaviour
{
    public override NodeStep Begin(NodeContext node)
    {
        var holds = node.Node.Expressions["condition_expression"].IsTrue(node.Scope);
        var payload = JsonData.Object(("data", node.Data.IsMissing ? JsonData.Null : node.Data), ("condition_result", holds));
        return new NodeStep.Completed(JsonData.Object((holds ? "true" : "false", payload)));
    }
}
