using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>ACTION.HTTP_REQUEST: the call as data on the way out, the response as data on the way back.</summary>
internal sealed class HttpRequestNode : NodeBehaviour
{
    public override NodeStep Begin(NodeContext node)
    {
        var (call, problem) = HttpCallBuilder.Build(node);
        return call is not null
            ? new NodeStep.Call(call)
            : new NodeStep.Failed(new("invalid_request", problem!));
    }

    public override NodeStep AfterCall(NodeContext node, OutsideResult result) => HttpOutcome.Read((HttpResult)result, node.Configuration, node.Now);
}
