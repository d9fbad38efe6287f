using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Executions;

public sealed class ReadinessTests
{
    private static Draft Diamond() => Draft.Manual().Step("left").Step("right").Step("join")
        .Connect("start -> left", "start -> right", "left -> join", "right -> join");

    [Fact]
    public void A_diamond_runs_each_node_once_and_joins_what_both_sides_brought()
    {
        var run = Run.Of(Diamond(), """{"x":1}""");

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal(4, run.Rows.Count);
        Assert.All(run.Rows, row => Assert.Equal(NodeStatus.Success, row.Status));
        Assert.Equal(2, run.Row("join").Input.Count);
    }

    [Fact]
    public void Independent_branches_are_ready_together()
    {
        var state = ExecutionState.Begin(Diamond().Compile(), Run.StartOf(JsonData.EmptyObject));

        state.Begin(Assert.Single(state.TakeReady()), Run.Noon);

        Assert.Equal(["left", "right"], state.TakeReady().Select(run => run.NodeId));
        Assert.Empty(state.TakeReady());
    }

    [Fact]
    public void A_join_waits_for_the_slower_branch()
    {
        var run = Run.Of(Draft.Manual().Step("fast").Node("slow", "FLOW.DELAY").Step("join")
            .Connect("start -> fast", "start -> slow", "fast -> join", "slow -> join"));

        Assert.False(run.HasRow("join"));
        Assert.Equal(ExecutionStatus.Paused, run.State.Status);

        run.Elapse("slow", TimeSpan.FromSeconds(5));

        Assert.Equal(NodeStatus.Success, run.Status("join"));
        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
    }

    [Fact]
    public void The_untaken_branch_of_an_if_is_skipped_and_does_not_block_the_merge()
    {
        var run = Run.Of(Draft.Manual().Node("choose", "FLOW.IF", """{"condition_expression":"$json.amount > 10"}""")
            .Step("yes").Step("no").Step("after_no").Step("join")
            .Connect("start -> choose", "choose.true -> yes", "choose.false -> no", "no -> after_no", "yes -> join", "after_no -> join"),
            """{"amount":42}""");

        Assert.Equal(NodeStatus.Success, run.Status("yes"));
        Assert.Equal(NodeStatus.Skipped, run.Status("no"));
        Assert.Equal(NodeStatus.Skipped, run.Status("after_no"));
        Assert.Equal(NodeStatus.Success, run.Status("join"));
        Assert.Equal("yes", Assert.Single(run.Output("join")["source_mapping"].Items.ToArray())["source"].Text);
        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
    }

    [Fact]
    public void Dead_edges_spread_through_a_whole_subtree()
    {
        var draft = Draft.Manual().Node("choose", "FLOW.IF", """{"condition_expression":"false"}""").Step("n0").Connect("start -> choose", "choose.true -> n0");
        for (var at = 1; at <= 50; at++)
        {
            draft.Step($"n{at}").Connect($"n{at - 1} -> n{at}");
        }

        var run = Run.Of(draft);

        Assert.Equal(51, run.Rows.Count(row => row.Status == NodeStatus.Skipped));
        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
    }

    [Fact]
    public void Only_the_fired_trigger_is_an_entry_and_what_it_cannot_reach_has_no_row()
    {
        var draft = Draft.Manual().Node("other", "TRIGGER.MANUAL").Step("mine").Step("theirs").Step("both")
            .Connect("start -> mine", "other -> theirs", "mine -> both", "theirs -> both");

        var run = Run.Of(draft);

        Assert.False(run.HasRow("other"));
        Assert.False(run.HasRow("theirs"));
        Assert.Equal(NodeStatus.Success, run.Status("both"));
        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal(3, run.State.TotalNodes);
        Assert.Equal(3, run.State.DecidedNodes);
    }

    [Fact]
    public void A_trigger_of_another_workflow_is_refused()
        => Assert.Throws<ArgumentException>(() => Run.Of(Diamond(), trigger: "left"));

    [Fact]
    public void A_disabled_node_passes_its_input_through_and_counts_as_skipped()
    {
        var run = Run.Of(
            Draft.Manual().Step("off", """{"disabled":true}""").Node("on", "FLOW.DELAY", """{"enabled":false}""").Connect("start -> off", "off -> on"),
            """{"x":7}""");

        Assert.Equal(NodeStatus.Skipped, run.Status("off"));
        Assert.Equal(NodeStatus.Skipped, run.Status("on"));
        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal(7, run.Output("on")["x"]);
        Assert.Empty(run.Pending);
    }

    [Fact]
    public void A_node_begins_only_when_it_was_given_out()
    {
        var state = ExecutionState.Begin(Diamond().Compile(), Run.StartOf(JsonData.EmptyObject));

        Assert.Throws<InvalidOperationException>(() => state.Begin(new("join"), Run.Noon));
        Assert.Throws<InvalidOperationException>(() => state.Begin(new("start"), Run.Noon));
    }

    [Fact]
    public void A_second_result_for_a_node_changes_nothing()
    {
        var run = Run.Of(Draft.Manual().Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://example.test"}""").Connect("start -> call"));
        run.Answer("call", 200, """{"n":1}""");

        Assert.Null(run.State.CompleteCall(new("call"), new HttpResult { StatusCode = 500 }, Run.Noon));
        Assert.False(run.State.Complete(new("call"), JsonData.EmptyObject, Run.Noon));
        Assert.False(run.State.Fail(new("call"), new("late", "too late"), Run.Noon));
        Assert.Empty(run.State.DrainChanges());
        Assert.Equal(1, run.Output("call")["json"]["n"]);
    }

    [Fact]
    public void Cancelling_closes_what_is_open_and_twice_is_a_no_op()
    {
        var run = Run.Of(Draft.Manual().Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://example.test"}""").Node("wait", "FLOW.DELAY")
            .Step("after").Connect("start -> call", "start -> wait", "call -> after", "wait -> after"));

        Assert.True(run.State.Cancel(Run.Noon));
        Assert.False(run.State.Cancel(Run.Noon));
        Assert.False(run.State.TimeOut(Run.Noon));
        run.Save();

        Assert.Equal(ExecutionStatus.Canceled, run.State.Outcome);
        Assert.Equal(NodeStatus.Canceled, run.Status("call"));
        Assert.Equal(NodeStatus.Canceled, run.Status("wait"));
        Assert.False(run.HasRow("after"));
        Assert.Null(run.State.CompleteCall(new("call"), new HttpResult { StatusCode = 200 }, Run.Noon));
        Assert.Equal(0, run.State.InFlight + run.State.Waiting);
    }

    [Fact]
    public void A_run_over_its_time_ends_TIMEOUT()
    {
        var run = Run.Of(Draft.Manual().Node("wait", "FLOW.DELAY").Connect("start -> wait"));

        Assert.True(run.State.TimeOut(Run.Noon.AddHours(1)));

        Assert.Equal(ExecutionStatus.Timeout, run.State.Status);
    }
}
