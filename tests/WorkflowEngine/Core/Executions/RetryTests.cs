using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Executions;

public sealed class RetryTests
{
    private static Draft Calling(string configuration = """{"url":"http://example.test","retry_attempts":2}""") =>
        Draft.Manual().Node("call", "ACTION.HTTP_REQUEST", configuration).Connect("start -> call");

    [Fact]
    public void What_may_pass_is_tried_again_later_each_time_and_with_the_same_key()
    {
        var run = Run.Of(Calling());
        var key = run.Call("call").IdempotencyKey;

        run.Answer("call", 503);
        var first = Assert.IsType<NodeStep.Wait>(Assert.Single(run.Pending).Step);
        Assert.Equal(ExecutionState.RetryReason, first.Reason);
        Assert.InRange(first.DueAt - run.Now, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6));
        Assert.Equal((NodeStatus.Retrying, 1), (run.Status("call"), run.Row("call").RetryCount));
        Assert.Equal(ExecutionStatus.Paused, run.State.Status);

        run.Elapse("call", TimeSpan.FromSeconds(6));
        Assert.Equal(key, run.Call("call").IdempotencyKey);
        run.Answer("call", 500);
        Assert.InRange(Assert.IsType<NodeStep.Wait>(Assert.Single(run.Pending).Step).DueAt - run.Now, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11));

        run.Elapse("call", TimeSpan.FromSeconds(11)).Answer("call", 200);
        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.True(run.Row("call").Error.IsMissing);
    }

    [Fact]
    public void After_the_last_try_it_has_failed()
    {
        var run = Run.Of(Calling()).Answer("call", 503).Elapse("call", TimeSpan.FromSeconds(6)).Answer("call", 503).Elapse("call", TimeSpan.FromSeconds(11)).Answer("call", 503);

        Assert.Equal(ExecutionStatus.Error, run.State.Outcome);
        Assert.Equal(2, run.Row("call").RetryCount);
    }

    [Fact]
    public void What_will_not_pass_is_not_tried_again() => Assert.Equal(ExecutionStatus.Error, Run.Of(Calling()).Answer("call", 404).State.Outcome);

    [Fact]
    public void Not_before_the_other_side_wants_it()
    {
        var run = Run.Of(Calling()).Answer("call", new HttpResult
        {
            StatusCode = 429,
            Headers = [KeyValuePair.Create("Retry-After", "120")],
            Url = "http://example.test/",
        });

        Assert.Equal(run.Now.AddSeconds(120), Assert.IsType<NodeStep.Wait>(Assert.Single(run.Pending).Step).DueAt);
    }

    [Fact]
    public void Restored_while_it_waits_to_try_again_it_still_does()
    {
        var draft = Calling().Compile();
        var run = Run.Restored(draft, Run.Of(draft).Answer("call", 503).Rows);

        Assert.Equal(ExecutionStatus.Paused, run.State.Status);
        run.Elapse("call", TimeSpan.FromSeconds(6));
        Assert.Equal(1, run.Row("call").RetryCount);
        Assert.Equal(ExecutionStatus.Success, run.Answer("call", 200).State.Outcome);
    }

    [Fact]
    public void The_wait_grows_is_bounded_and_repeats_itself()
    {
        var policy = new RetryPolicy(10, TimeSpan.FromSeconds(5), 2, TimeSpan.FromSeconds(1));

        var waits = Enumerable.Range(1, 10).Select(attempt => policy.DelayBefore(attempt, "seed", null)).ToArray();

        Assert.Equal(waits.Order(), waits);
        Assert.InRange(waits[^1], TimeSpan.FromSeconds(2560), RetryPolicy.LongestWait + TimeSpan.FromSeconds(1));
        Assert.Equal(waits, Enumerable.Range(1, 10).Select(attempt => policy.DelayBefore(attempt, "seed", null)));
        Assert.NotEqual(waits[0], policy.DelayBefore(1, "another", null));
    }
}
