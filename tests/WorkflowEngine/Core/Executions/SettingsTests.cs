using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Tests.Executions;

public sealed class SettingsTests
{
    private static Draft Calling() => Draft.Manual().Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://example.test"}""").Step("after")
        .Connect("start -> call", "call -> after");

    [Fact]
    public void A_run_has_the_time_its_workflow_gives_it()
    {
        var run = Run.Of(Calling().With("settings", """{"timeout":60}"""));
        Assert.Equal(Run.Noon.AddSeconds(60), run.State.Deadline);
        Assert.True(run.State.IsWaiting(run.State.DeadlineRun, ExecutionState.DeadlineReason));

        run.State.Fire(run.State.DeadlineRun, ExecutionState.DeadlineReason, Run.Noon.AddSeconds(60));
        run.Advance();

        Assert.Equal((ExecutionStatus.Timeout, NodeStatus.Canceled), (run.State.Outcome, run.Status("call")));
        Assert.False(run.State.IsWaiting(run.State.DeadlineRun, ExecutionState.DeadlineReason));
    }

    [Fact]
    public void Without_a_limit_it_may_take_for_ever() => Assert.Null(Run.Of(Calling()).State.Deadline);

    [Theory]
    [InlineData("""{}""", ExecutionStatus.Error)]
    [InlineData("""{"error_policy":"stop"}""", ExecutionStatus.Error)]
    [InlineData("""{"error_policy":"continue"}""", ExecutionStatus.Success)]
    public void The_error_policy_is_for_nodes_without_a_strategy_of_their_own(string settings, ExecutionStatus outcome) =>
        Assert.Equal(outcome, Run.Of(Calling().With("settings", settings)).Answer("call", 404).State.Outcome);

    [Fact]
    public void A_strategy_of_its_own_goes_before_the_policy() => Assert.Equal(
        ExecutionStatus.Error,
        Run.Of(Draft.Manual().Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://example.test"}""", """{"on_error":"STOP_WORKFLOW_ON_ERROR"}""")
            .Connect("start -> call").With("settings", """{"error_policy":"continue"}""")).Answer("call", 404).State.Outcome);

    [Fact]
    public void A_policy_there_is_not_is_refused() =>
        Assert.Equal(["/settings/error_policy"], Calling().With("settings", """{"error_policy":"panic"}""").Validate().Errors.Select(error => error.Pointer));

    [Fact]
    public void Pinned_data_stands_in_for_a_node_in_test_runs_only()
    {
        var draft = Calling().With("pin_data", """{"call":{"status_code":200,"body":"pinned"}}""");

        var test = Run.Test(draft);
        Assert.Empty(test.Pending);
        Assert.Equal("pinned", test.Output("call")["body"].Text);
        Assert.Equal(NodeStatus.Success, test.Status("after"));

        Assert.Single(Run.Of(draft).Pending);
    }

    [Fact]
    public void Pinned_data_may_say_by_which_port()
    {
        var run = Run.Test(Draft.Manual().Node("if", "FLOW.IF", """{"condition_expression":"true"}""").Step("yes").Step("no")
            .Connect("start -> if", "if.true -> yes", "if.false -> no").With("pin_data", """{"if":{"false":{"x":1}}}"""));

        Assert.Equal((NodeStatus.Skipped, NodeStatus.Success), (run.Status("yes"), run.Status("no")));
    }

    [Fact]
    public void What_is_sent_goes_before_what_is_pinned_to_the_trigger()
    {
        var draft = Draft.Manual().With("pin_data", """{"start":{"x":1}}""");

        Assert.Equal(1, Run.Test(draft).Output("start")["x"]);
        Assert.Equal(2, Run.Test(draft, """{"x":2}""").Output("start")["x"]);
    }
}
