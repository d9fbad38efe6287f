using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// TRIGGER.MANUAL gives what the caller sent, under <c>data</c> and with its fields beside it; the trigger's own fields win.
/// </summary>
internal sealed class ManualTrigger : NodeBehaviour
{
    public override NodeStep Begin(NodeContext node)
    {
        var start = node.Start;
        var data = start.TriggerData;
        var output = new JsonObjectBuilder(5 + data.Count);
        output.SetAll(data);
        output.Set("trigger_time", JsonData.Of(start.StartedAt));
        output.Set("execution_id", start.ExecutionId);
        output.Set("user_id", start.UserId);
        output.Set("trigger_message", $"{node.Configuration["trigger_name"].ToDisplayText()} was started by hand.");
        output.Set("data", data.IsNull ? JsonData.EmptyObject : data);
        return NodeStep.Result(output.Build());
    }
}
