using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// TRIGGER.CRON, WEBHOOK, EMAIL, GITHUB and SLACK give the event that started the run, as the scheduler describes it. A run that was started by
/// hand has whatever the caller sent along in its place.
/// </summary>
internal sealed class EventTrigger : NodeBehaviour
{
    public override NodeStep Begin(NodeContext node)
    {
        var start = node.Start;
        var output = new JsonObjectBuilder(2 + start.TriggerData.Count);
        output.Set("trigger_time", JsonData.Of(start.StartedAt));
        output.SetAll(start.TriggerData);
        output.Set("execution_id", start.ExecutionId);
        return NodeStep.Result(output.Build());
    }
}
