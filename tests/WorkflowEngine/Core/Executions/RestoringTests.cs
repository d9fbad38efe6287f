using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Tests.Executions;

public sealed class RestoringTests
{
    private static readonly Draft Waiting = Draft.Manual().Node("call", "ACTION.HTTP_REQUEST", """{"method":"POST","url":"http://example.test"}""").Node("wait", "FLOW.DELAY").Step("join")
        .Connect("start -> call", "start -> wait", "call -> join", "wait -> join");

    [Fact]
    public void A_call_that_was_under_way_is_made_again_with_the_same_key_and_start()
    {
        var workflow = Waiting.Compile();
        var before = Run.Of(workflow);

        var after = Run.Restored(workflow, before.Rows, now: Run.Noon.AddMinutes(1));

        Assert.Equal(before.Call("call").IdempotencyKey, after.Call("call").IdempotencyKey);
        Assert.Equal(Run.Noon, after.Row("call").StartedAt);
        Assert.Equal(NodeStatus.Running, after.Status("call"));
    }

    [Fact]
    public void A_wait_goes_on_and_is_due_when_it_was_due()
    {
        var workflow = Waiting.Compile();
        var before = Run.Of(workflow).Answer("call", 200);

        var after = Run.Restored(workflow, before.Rows, now: Run.Noon.AddSeconds(3));

        Assert.Equal(ExecutionStatus.Paused, after.State.Status);
        Assert.Equal(Run.Noon.AddSeconds(5), Assert.IsType<NodeStep.Wait>(Assert.Single(after.Pending).Step).DueAt);

        after.Elapse("wait", TimeSpan.FromSeconds(2));

        Assert.Equal(ExecutionStatus.Success, after.State.Outcome);
        Assert.Equal(5, after.Output("wait")["delay_info"]["actual_delay_seconds"]);
    }

    [Fact]
    public void Nothing_restored_counts_as_changed()
    {
        var workflow = Waiting.Compile();
        var rows = Run.Of(workflow).Answer("call", 200).Rows;

        Assert.Empty(ExecutionState.Restore(workflow, Run.StartOf(JsonData.EmptyObject), rows, Run.Noon).DrainChanges());
    }

    [Fact]
    public void An_execution_without_rows_begins()
        => Assert.Equal(2, Run.Restored(Waiting.Compile(), []).Pending.Count);

    [Fact]
    public void An_execution_that_had_ended_stays_ended()
    {
        var workflow = Waiting.Compile();
        var failed = Run.Of(workflow).Answer("call", 404);

        var restored = Run.Restored(workflow, failed.Rows);

        Assert.Equal(ExecutionStatus.Error, restored.State.Outcome);
        Assert.Equal("http_status", restored.State.Failure!.Cause.Code);
        Assert.Empty(restored.Pending);
    }

    [Fact]
    public void What_a_failure_canceled_beside_it_in_a_loop_does_not_make_the_run_a_canceled_one()
    {
        var workflow = Draft.Manual()
            .Node("each", "FLOW.FOR_EACH", """{"items_source":"[1,2]","concurrency":2,"break_on_error":true}""")
            .Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://example.test"}""")
            .Connect("start -> each", "each.iteration -> call").Compile();
        var failed = Run.Of(workflow).Answer("call", 404, iteration: 1);

        Assert.Equal(NodeStatus.Canceled, failed.Row("call", 0).Status);
        Assert.Equal(ExecutionStatus.Error, Run.Restored(workflow, failed.Rows).State.Outcome);
    }

    [Fact]
    public void An_iteration_given_up_for_a_failure_in_a_loop_inside_it_does_not_end_the_run()
    {
        var workflow = Draft.Manual()
            .Node("outer", "FLOW.FOR_EACH", """{"items_source":"[1,2]","break_on_error":false}""")
            .Node("inner", "FLOW.FOR_EACH", """{"items_source":"[1,2]","concurrency":2,"break_on_error":true}""")
            .Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://example.test"}""")
            .Connect("start -> outer", "outer.iteration -> inner", "inner.iteration -> call").Compile();
        var before = Run.Of(workflow).Answer("call", 404, iteration: 1);

        var after = Run.Restored(workflow, before.Rows);

        Assert.Equal(NodeStatus.Canceled, after.Row("call", 0).Status);
        Assert.Equal([10_000, 10_001], after.Pending.Select(step => step.Run.Iteration));
        after.Answer("call", 200, iteration: 10_000).Answer("call", 200, iteration: 10_001);
        Assert.Equal(ExecutionStatus.Success, after.State.Outcome);
    }

    [Fact]
    public void What_an_iteration_sent_out_before_it_failed_is_sent_out_after_a_restart_too()
    {
        var workflow = Draft.Manual()
            .Node("each", "FLOW.FOR_EACH", """{"items_source":"[1,2]","break_on_error":false}""")
            .Pass("body").Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://example.test"}""").Step("join")
            .Connect("start -> each", "each.iteration -> body", "body.true -> call", "body.true -> join").Compile();
        var straight = Run.Of(workflow).Answer("call", 404);

        var restored = Run.Restored(workflow, straight.Rows.ToList()).Answer("call", 200, iteration: 1);
        straight.Answer("call", 200, iteration: 1);

        Assert.Equal(ExecutionStatus.Success, straight.State.Outcome);
        Assert.Equal(straight.Row("join"), restored.Row("join"));
    }

    [Fact]
    public void Rows_of_another_workflow_are_refused()
        => Assert.Throws<ArgumentException>(() => Run.Restored(Draft.Manual().Compile(), Run.Of(Waiting).Rows));
}
