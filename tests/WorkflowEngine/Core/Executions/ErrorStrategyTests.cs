using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Executions;

public sealed class ErrorStrategyTests
{
    private static Draft Calling(string extras) => Draft.Manual()
        .Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://example.test"}""", extras)
        .Node("wait", "FLOW.DELAY").Step("regular").Step("failed")
        .Connect("start -> call", "start -> wait", "call -> regular", "call.error -> failed");

    [Fact]
    public void By_default_a_failure_ends_the_run_and_cancels_what_is_open()
    {
        var run = Run.Of(Calling("{}")).Answer("call", 500);

        Assert.Equal(ExecutionStatus.Error, run.State.Outcome);
        Assert.Equal("call", run.State.Failure!.NodeId);
        Assert.True(run.State.Failure.Cause.IsRetryable);
        Assert.Equal(NodeStatus.Error, run.Status("call"));
        Assert.Equal(NodeStatus.Canceled, run.Status("wait"));
        Assert.False(run.HasRow("regular"));
        Assert.Equal("http_status", run.Row("call").Error["error_code"].Text);
    }

    [Theory]
    [InlineData("on_error")]
    [InlineData("error_handling")]
    public void The_regular_output_carries_the_failed_response_on(string field)
    {
        var run = Run.Of(Calling($$"""{"{{field}}":"CONTINUE_REGULAR_OUTPUT_ON_ERROR"}""")).Answer("call", 404, """{"why":"gone"}""")
            .Elapse("wait", TimeSpan.FromSeconds(5));

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal(NodeStatus.Error, run.Status("call"));
        Assert.Equal(NodeStatus.Success, run.Status("regular"));
        Assert.Equal(NodeStatus.Skipped, run.Status("failed"));
        Assert.Equal(404, run.Output("call")["status_code"]);
    }

    [Fact]
    public void Without_any_output_the_regular_port_carries_the_error()
    {
        var run = Run.Of(Calling("""{"on_error":"CONTINUE_REGULAR_OUTPUT_ON_ERROR"}"""));

        Assert.True(run.State.Fail(new("call"), new("node_timeout", "It took too long.", IsRetryable: true), Run.Noon));
        run.Advance();

        Assert.Equal("node_timeout", run.Output("call")["error_code"].Text);
        Assert.Equal(NodeStatus.Success, run.Status("regular"));
    }

    [Fact]
    public void The_error_port_carries_the_error_and_nothing_else_is_activated()
    {
        var run = Run.Of(Calling("""{"on_error":"CONTINUE_ERROR_OUTPUT_ON_ERROR"}"""))
            .Answer("call", HttpResult.Failed(HttpErrorKind.Timeout, "No answer within 30 s."))
            .Elapse("wait", TimeSpan.FromSeconds(5));

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal(NodeStatus.Skipped, run.Status("regular"));
        Assert.Equal(NodeStatus.Success, run.Status("failed"));
        Assert.Equal("No answer within 30 s.", run.Output("call", "error")["error_message"].Text);
    }

    [Fact]
    public void Without_a_failure_the_error_port_is_dead()
    {
        var run = Run.Of(Calling("{}")).Answer("call", 200).Elapse("wait", TimeSpan.FromSeconds(5));

        Assert.Equal(NodeStatus.Skipped, run.Status("failed"));
        Assert.Equal(NodeStatus.Success, run.Status("regular"));
    }

    [Fact]
    public void An_output_that_says_success_false_is_a_failure()
    {
        var run = Run.Of(Calling("{}"));

        run.State.Complete(
            new("call"), JsonData.Parse("""{"result":{"success":false,"error_code":"quota","error_message":"No more."}}"""), Run.Noon);

        Assert.Equal(ExecutionStatus.Error, run.State.Outcome);
        Assert.Equal("quota", run.State.Failure!.Cause.Code);
    }

    [Fact]
    public void What_a_trigger_was_given_is_data_even_when_it_says_success_false()
        => Assert.Equal(ExecutionStatus.Success, Run.Of(Draft.Manual().Step("a").Connect("start -> a"), """{"success":false}""").State.Outcome);

    [Fact]
    public void An_expression_that_goes_beyond_its_limits_fails_its_node_and_says_where()
    {
        var run = Run.Of(
            Draft.Manual().Node("choose", "FLOW.IF", """{"condition_expression":"regex($json.text, $json.pattern)"}""").Connect("start -> choose"),
            """{"text":"a","pattern":"("}""");

        Assert.Equal("expression_error", run.State.Failure!.Cause.Code);
        Assert.Contains("Node 'choose'", run.State.Failure.Cause.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_nobody_filled_in_fails_the_node()
    {
        var run = Run.Of(Draft.Manual().Node("call", "ACTION.HTTP_REQUEST", """{"url":"{{$placeholder}}"}""").Connect("start -> call"));

        Assert.Equal("unresolved_placeholder", run.State.Failure!.Cause.Code);
    }

    [Fact]
    public void A_defect_in_a_behaviour_ends_its_node_and_leaves_nothing_open()
    {
        var run = Run.Of(Calling("""{"on_error":"CONTINUE_ERROR_OUTPUT_ON_ERROR"}""")).Answer("call", new HttpResult { StatusCode = 200, Headers = null! })
            .Elapse("wait", TimeSpan.FromSeconds(5));

        Assert.Equal("internal_error", run.Row("call").Error["error_code"].Text);
        Assert.Equal(NodeStatus.Success, run.Status("failed"));
        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
    }
}
