using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Nodes;

public sealed class SubWorkflowNodeTests
{
    private static readonly WorkflowResult Running = new() { ExecutionId = "exec_7", Status = "RUNNING" };

    private static Draft Calling(string more = "") => Draft.Manual()
        .Node("child", "FLOW.SUB_WORKFLOW", $$"""{"workflow_id":"w7"{{more}}}""").Step("after").Connect("start -> child", "child -> after");

    private static WorkflowCall Asked(Run run) => (WorkflowCall)((NodeStep.Call)Assert.Single(run.Pending).Step).What;

    [Fact]
    public void Its_result_is_what_the_other_workflow_gave()
    {
        var run = Run.Of(Calling(), """{"invoice":17}""");
        Assert.Equal(("w7", "exec_1:child:0", 17), (Asked(run).WorkflowId, Asked(run).IdempotencyKey, Asked(run).Data["invoice"]));

        run.Answer("child", new WorkflowResult { ExecutionId = "exec_7", Status = "SUCCESS", Output = JsonData.Parse("""{"sent":true}""") });

        Assert.Equal(("exec_7", NodeStatus.Success), (run.Output("child")["execution_id"].Text, run.Status("after")));
        Assert.True(run.Output("child")["output"]["sent"].IsTrue);
    }

    [Fact]
    public void While_the_other_runs_it_waits_and_is_woken_by_its_end()
    {
        var run = Run.Of(Calling()).Answer("child", Running);
        Assert.Equal((NodeStatus.WaitingInput, ExecutionStatus.Paused), (run.Status("child"), run.State.Status));

        run.Signal("child", "null");
        Assert.Equal("exec_1:child:0", Asked(run).IdempotencyKey);
        Assert.Equal(ExecutionStatus.Success, run.Answer("child", new WorkflowResult { Status = "SUCCESS" }).State.Outcome);
    }

    [Fact]
    public void When_nobody_wakes_it_it_looks_for_itself_less_and_less_often()
    {
        var run = Run.Of(Calling()).Answer("child", Running);
        var waits = new List<double>();
        for (var look = 0; look < 6; look++)
        {
            var due = Assert.IsType<NodeStep.Wait>(Assert.Single(run.Pending).Step).DueAt;
            waits.Add((due - run.Now).TotalSeconds);
            run.Elapse("child", due - run.Now).Answer("child", Running);
        }

        Assert.Equal([2, 2, 2, 3, 4.5, 6.75], waits);
    }

    [Fact]
    public void It_does_not_wait_longer_than_it_may()
    {
        var run = Run.Of(Calling(""","timeout_seconds":3""")).Answer("child", Running)
            .Elapse("child", TimeSpan.FromSeconds(2)).Answer("child", Running).Elapse("child", TimeSpan.FromSeconds(1)).Answer("child", Running);

        Assert.Equal("timeout", run.Row("child").Error["error_code"].Text);
    }

    [Theory]
    [InlineData("ERROR")]
    [InlineData("CANCELED")]
    [InlineData("TIMEOUT")]
    public void What_went_wrong_there_went_wrong_here(string status)
    {
        var run = Run.Of(Calling()).Answer("child", new WorkflowResult { ExecutionId = "exec_7", Status = status, Error = "no paper" });

        Assert.Equal(ExecutionStatus.Error, run.State.Outcome);
        Assert.Contains("no paper", run.Row("child").Error["error_message"].Text!, StringComparison.Ordinal);
        Assert.Equal("exec_7", run.Row("child").Error["error_details"]["execution_id"].Text);
    }

    [Fact]
    public void It_need_not_wait() => Assert.Equal(
        ("RUNNING", ExecutionStatus.Success),
        Run.Of(Calling(""","wait_for_result":false""")).Answer("child", Running) is var run ? (run.Output("child")["status"].Text, run.State.Outcome) : default);

    [Fact]
    public void What_cannot_be_started_now_is_tried_again()
    {
        var run = Run.Of(Draft.Manual().Node("child", "FLOW.SUB_WORKFLOW", """{"workflow_id":"w7","retry_attempts":1}""").Connect("start -> child"))
            .Answer("child", new WorkflowResult { Error = "busy", IsRetryable = true });

        Assert.Equal(NodeStatus.Retrying, run.Status("child"));
    }
}
