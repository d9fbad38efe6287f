using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Tests.Nodes;

public sealed class WaitingTests
{
    private static Draft Waiting(string configuration, string type = "WAIT") => Draft.Manual().Node("wait", $"FLOW.{type}", configuration)
        .Step("done").Step("late").Connect("start -> wait", "wait.completed -> done", "wait.timeout -> late");

    private static DateTimeOffset Due(Run run) => Assert.IsType<NodeStep.Wait>(Assert.Single(run.Pending).Step).DueAt;

    [Fact]
    public void A_condition_that_holds_needs_no_wait()
    {
        var run = Run.Of(Waiting("""{"wait_condition":"$json.ready"}"""), """{"ready":true}""");

        Assert.Equal(NodeStatus.Success, run.Status("done"));
        Assert.Equal(1, run.Output("wait", "completed")["wait_result"]["attempts_made"]);
    }

    [Fact]
    public void A_condition_is_looked_at_again_and_again_until_it_holds()
    {
        var until = Run.Noon.AddSeconds(12).ToUnixTimeMilliseconds();
        var run = Run.Of(Waiting($$"""{"wait_condition":"now() >= {{until}}","check_interval_seconds":5}"""));
        Assert.Equal(Run.Noon.AddSeconds(5), Due(run));

        run.Elapse("wait", TimeSpan.FromSeconds(5));
        Assert.Equal((Run.Noon.AddSeconds(10), ExecutionStatus.Paused), (Due(run), run.State.Status));
        run.Elapse("wait", TimeSpan.FromSeconds(5)).Elapse("wait", TimeSpan.FromSeconds(5));

        Assert.Equal(NodeStatus.Success, run.Status("done"));
        Assert.Equal((4, 15), (run.Output("wait", "completed")["wait_result"]["attempts_made"], run.Output("wait", "completed")["wait_result"]["wait_duration_seconds"]));
    }

    [Fact]
    public void It_looks_less_and_less_often_and_gives_up_when_its_time_is_over()
    {
        var run = Run.Of(Waiting("""{"wait_condition":"false","check_interval_seconds":4,"exponential_backoff":true,"backoff_multiplier":2,"timeout_seconds":20}"""));
        var looks = new List<double>();
        while (run.Pending.Count > 0)
        {
            looks.Add((Due(run) - Run.Noon).TotalSeconds);
            run.Elapse("wait", Due(run) - run.Now);
        }

        Assert.Equal([4, 12, 20], looks);
        Assert.Equal((NodeStatus.Success, NodeStatus.Skipped), (run.Status("late"), run.Status("done")));
        Assert.True(run.Output("wait", "timeout")["wait_result"]["timeout_occurred"].IsTrue);
    }

    [Fact]
    public void Looks_can_be_used_up_before_the_time_is()
    {
        var run = Run.Of(Waiting("""{"wait_condition":"false","check_interval_seconds":1,"max_attempts":3}"""))
            .Elapse("wait", TimeSpan.FromSeconds(1)).Elapse("wait", TimeSpan.FromSeconds(1));

        Assert.Equal((NodeStatus.Success, 3), (run.Status("late"), run.Output("wait", "timeout")["wait_result"]["attempts_made"]));
    }

    [Fact]
    public void A_signal_ends_the_wait_for_one_and_a_second_does_nothing()
    {
        var run = Run.Of(Waiting("""{"wait_type":"event","timeout_seconds":60}"""));
        Assert.Equal(Run.Noon.AddSeconds(60), Due(run));

        run.Signal("wait", """{"paid":true}""");

        Assert.Equal((NodeStatus.Success, ExecutionStatus.Success), (run.Status("done"), run.State.Outcome));
        Assert.True(run.Output("wait", "completed")["trigger_data"]["paid"].IsTrue);
        Assert.False(run.State.Signal(new("wait"), JsonData.EmptyObject, run.Now));
    }

    [Fact]
    public void A_call_that_is_not_the_one_expected_leaves_it_waiting()
    {
        var run = Run.Of(Waiting("""{"wait_type":"webhook","webhook_config":{"expected_payload":{"order":{"id":7}}}}"""));

        Assert.False(run.State.Signal(new("wait"), JsonData.Parse("""{"order":{"id":8}}"""), run.Now));
        Assert.Equal(NodeStatus.WaitingInput, run.Status("wait"));
        Assert.Equal(NodeStatus.Success, run.Signal("wait", """{"order":{"id":7,"more":1}}""").Status("done"));
    }

    [Fact]
    public void A_signal_nobody_waits_for_wakes_no_delay()
    {
        var run = Run.Of(Waiting("""{"duration_seconds":5}""", "DELAY").With("connections", """[{"id":"c","from_node":"start","to_node":"wait"}]"""));

        Assert.False(run.State.Signal(new("wait"), JsonData.EmptyObject, run.Now));
    }

    [Fact]
    public void An_api_is_asked_until_its_answer_is_as_expected()
    {
        var run = Run.Of(Waiting("""{"wait_type":"api_response","api_config":{"url":"http://example.test/job","expected_response":{"state":"done"}}}"""));
        Assert.Equal("/job", run.Call("wait").Url.AbsolutePath);

        run.Answer("wait", 200, """{"state":"running"}""");
        Assert.Equal((Run.Noon.AddSeconds(5), NodeStatus.WaitingInput), (Due(run), run.Status("wait")));
        run.Elapse("wait", TimeSpan.FromSeconds(5)).Answer("wait", 503);
        run.Elapse("wait", TimeSpan.FromSeconds(5)).Answer("wait", 200, """{"state":"done","result":42}""");

        Assert.Equal(NodeStatus.Success, run.Status("done"));
        Assert.Equal(42, run.Output("wait", "completed")["trigger_data"]["body"]["result"]);
    }

    [Fact]
    public void Restored_in_the_middle_it_keeps_its_hours()
    {
        var draft = Waiting("""{"wait_condition":"false","check_interval_seconds":5,"timeout_seconds":11}""").Compile();
        var rows = Run.Of(draft).Elapse("wait", TimeSpan.FromSeconds(5)).Rows;
        var run = Run.Restored(draft, rows, now: Run.Noon.AddSeconds(7));

        Assert.Equal(Run.Noon.AddSeconds(10), Due(run));
    }

    [Theory]
    [InlineData("""{"wait_type":"resource"}""")]
    [InlineData("""{"wait_type":"condition"}""")]
    [InlineData("""{"wait_type":"api_response"}""")]
    public void What_cannot_be_waited_for_is_refused(string configuration) =>
        Assert.NotEmpty(Draft.Manual().Node("wait", "FLOW.WAIT", configuration).Connect("start -> wait").Validate().Errors);

    [Fact]
    public void A_timeout_lets_pass_what_is_ready_and_gives_the_rest_its_time()
    {
        Assert.Equal(NodeStatus.Success, Run.Of(Waiting("""{"condition_expression":"$json.ok"}""", "TIMEOUT"), """{"ok":1}""").Status("done"));
        Assert.Equal(NodeStatus.Success, Run.Of(Waiting("""{"condition_expression":"$json.ok","immediate_timeout":true}""", "TIMEOUT"), """{"ok":1}""").Status("late"));

        var run = Run.Of(Waiting("""{"timeout_ms":1500}""", "TIMEOUT"));
        Assert.Equal(Run.Noon.AddMilliseconds(1500), Due(run));
        Assert.Equal(NodeStatus.Success, run.Elapse("wait", TimeSpan.FromMilliseconds(1500)).Status("late"));
        Assert.Equal(NodeStatus.Success, Run.Of(Waiting("""{"timeout_ms":1500}""", "TIMEOUT")).Signal("wait", "1").Status("done"));
    }
}
