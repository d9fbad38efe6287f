using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Executions;

public sealed class EffectTests
{
    /// <summary>The compiler does not know that the hierarchy is closed; this does.</summary>
    [Fact]
    public void Every_kind_of_step_comes_out_of_some_node_and_is_understood()
    {
        NodeStep[] steps =
        [
            Begin("FLOW.MERGE", "{}"),
            Begin("FLOW.SORT", """{"sort_field":"x"}""", """{"input_params":{"data":"{{5}}"}}"""),
            Begin("ACTION.HTTP_REQUEST", """{"url":"http://example.test"}"""),
            Begin("FLOW.DELAY", "{}"),
            Begin("HUMAN_IN_THE_LOOP.IN_APP_APPROVAL", "{}"),
        ];

        var kinds = typeof(NodeStep).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(NodeStep))).ToHashSet();
        Assert.Equal(kinds, steps.Select(step => step.GetType()).ToHashSet());
    }

    [Fact]
    public void Only_waits_are_answered_by_time_and_only_calls_by_responses()
    {
        var run = Run.Of(Draft.Manual().Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://example.test"}""").Node("wait", "FLOW.DELAY").Connect("start -> call", "start -> wait"));

        Assert.Null(run.State.CompleteWait(new("call"), Run.Noon));
        Assert.Null(run.State.CompleteCall(new("wait"), new HttpResult { StatusCode = 200 }, Run.Noon));
        Assert.Equal(1, run.State.InFlight);
        Assert.Equal(1, run.State.Waiting);
    }

    private static NodeStep Begin(string kind, string configurations, string extras = "{}")
    {
        var state = ExecutionState.Begin(
            Draft.Manual().Node("node", kind, configurations, extras).Connect("start -> node").Compile(), Run.StartOf(JsonData.EmptyObject));
        state.Begin(Assert.Single(state.TakeReady()), Run.Noon);
        return state.Begin(Assert.Single(state.TakeReady()), Run.Noon);
    }
}
