using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Nodes;

/// <summary>What code is given and what its outcome means; the code itself runs in the sandbox's own tests.</summary>
public sealed class RunCodeNodeTests
{
    [Fact]
    public void The_code_goes_out_as_written_with_what_it_may_look_at()
    {
        var run = Run.Of(Coded("return `{{${$json.a}}}` + $('first').json.x"), """{"a":1}""");

        var call = run.Code("code");
        var script = Assert.Single(call.Scripts);
        Assert.Equal((ScriptForm.Body, "return `{{${$json.a}}}` + $('first').json.x"), (script.Form, script.Code));
        Assert.Equal(TimeSpan.FromSeconds(5), call.TimeLimit);
        Assert.Equal("exec_1:code:0", call.IdempotencyKey);
        Assert.Equal("exec_1", script.Argument["execution"]["id"].Text);
        Assert.Equal("2026-03-01T12:00:00.000Z", script.Argument["now"].Text);
        Assert.False(script.Argument["node"]["first"].IsMissing);
        Assert.True(script.Argument["node"]["start"].IsMissing);
    }

    [Fact]
    public void What_it_returns_goes_on_and_what_it_logged_stays_with_the_node()
    {
        var run = Run.Of(Coded("return 1")).Answer("code", new CodeResult { Results = JsonData.Parse("""[[{"b":2}]]"""), Logged = ["one", "two"] });

        Assert.Equal("""[{"b":2}]""", run.Output("code").ToString());
        Assert.Equal("""["one","two"]""", run.Output("code", "console").ToString());
        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
    }

    [Theory]
    [InlineData("code_error", false)]
    [InlineData("sandbox_killed", false)]
    [InlineData("sandbox_unavailable", true)]
    public void A_failure_says_where_and_is_tried_again_only_when_the_code_was_not_run(string code, bool retryable)
    {
        var run = Run.Of(Coded("x")).Answer("code", new CodeResult
        {
            ErrorCode = code,
            Message = "ReferenceError: x is not defined",
            Line = 1,
            Column = 1,
            IsRetryable = retryable,
            Logged = ["before"],
        });

        var error = run.Row("code").Error;
        Assert.Equal((code, retryable), (error["error_code"].Text, error["is_retryable"].IsTrue));
        Assert.Equal("ReferenceError: x is not defined (line 1, column 1)", error["error_message"].Text);
        Assert.Equal("""["before"]""", error["error_details"]["console"].ToString());
    }

    private static Draft Coded(string code) => Draft.Manual().Pass("first")
        .Node("code", "ACTION.RUN_CODE", JsonData.Object(("code", code)).ToString()).Connect("start -> first", "first.true -> code");
}
