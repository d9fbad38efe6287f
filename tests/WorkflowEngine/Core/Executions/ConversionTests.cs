using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Executions;

/// <summary>Conversion functions of connections, with their JavaScript answered by hand.</summary>
public sealed class ConversionTests
{
    private const string Function = "function convert(input) { return { n: input.value.n + 1 } }";

    [Fact]
    public void The_target_asks_for_the_conversion_and_begins_with_what_it_gives()
    {
        var run = Run.Of(Draft.Manual().Pass("a").Convert("start -> a", Function), """{"n":1}""");

        var script = Assert.Single(run.Code("a").Scripts);
        Assert.Equal((ScriptForm.Conversion, Function), (script.Form, script.Code));
        var payload = run.Output("start");
        Assert.Equal("1", payload["n"].ToString());
        Assert.Equal(JsonData.Object(("value", payload), ("output", payload), ("data", JsonData.Object(("result", payload)))), script.Argument);
        Assert.Equal("exec_1:a:0:conversion", run.Code("a").IdempotencyKey);

        run.Answer("a", Converted("""{"n":2}"""));

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal("""{"n":2}""", run.Row("a").Input.ToString());
    }

    [Fact]
    public void All_that_arrives_over_converting_connections_is_converted_by_one_call_and_the_rest_left_alone()
    {
        var draft = Draft.Manual().Pass("l").Pass("m").Pass("r").Pass("join")
            .Connect("start -> l", "start -> m", "start -> r").Convert("l.true -> join", "input => ({ l: 1 })").Connect("m.true -> join").Convert("r.true -> join", "input => ({ r: 1 })");

        var run = Run.Of(draft, """{"n":1}""");

        Assert.Equal(["input => ({ l: 1 })", "input => ({ r: 1 })"], run.Code("join").Scripts.Select(script => script.Code));
        run.Answer("join", Converted("""{"l":1}""", """{"r":1}"""));
        Assert.Equal("1 1", $"{run.Row("join").Input["l"]} {run.Row("join").Input["r"]}");
        Assert.False(run.Row("join").Input["data"].IsMissing);
    }

    [Fact]
    public void A_dead_connection_is_not_converted()
    {
        var draft = Draft.Manual().Node("if", "FLOW.IF", """{"condition_expression":"false"}""").Pass("a").Pass("b")
            .Connect("start -> if").Convert("if.true -> a", Function).Convert("if.false -> b", Function);

        var run = Run.Of(draft);

        Assert.Equal("b", Assert.Single(run.Pending).Run.NodeId);
        Assert.Equal(NodeStatus.Skipped, run.Status("a"));
    }

    [Fact]
    public void A_conversion_that_throws_fails_the_target_and_not_the_source()
    {
        var run = Run.Of(Draft.Manual().Pass("a").Convert("start -> a", Function));

        run.Answer("a", new CodeResult { ErrorCode = "code_error", Message = "TypeError: no", Line = 1, Column = 9 });

        Assert.Equal((NodeStatus.Success, NodeStatus.Error), (run.Status("start"), run.Status("a")));
        Assert.Equal(
            ("conversion_failed", "code_error", 9L),
            (run.Row("a").Error["error_code"].Text, run.Row("a").Error["error_details"]["cause"].Text, Integer(run.Row("a").Error["error_details"]["column"])));
        Assert.Equal(ExecutionStatus.Error, run.State.Outcome);
    }

    [Fact]
    public void Each_iteration_converts_its_own_element()
    {
        var draft = Draft.Manual().Node("loop", "FLOW.FOR_EACH", """{"items_source":"$json.items"}""").Pass("a").Connect("start -> loop").Convert("loop.iteration -> a", Function);

        var run = Run.Of(draft, """{"items":[{"n":1},{"n":2}]}""");
        while (run.Pending.Count > 0)
        {
            var next = run.Pending[0].Run;
            var element = ((CodeCall)((NodeStep.Call)run.Pending[0].Step).What).Scripts[0].Argument["value"];
            run.Answer(next.NodeId, new CodeResult { Results = JsonData.Array(JsonData.Object(("was", element))) }, next.Iteration);
        }

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.NotEqual(run.Row("a", 0).Input.ToString(), run.Row("a", 1).Input.ToString());
        Assert.All([run.Row("a", 0), run.Row("a", 1)], row => Assert.False(row.Input["was"].IsMissing));
    }

    [Fact]
    public void A_run_restored_before_the_answer_asks_again()
    {
        var workflow = Draft.Manual().Pass("a").Convert("start -> a", Function).Compile();
        var before = Run.Of(workflow, """{"n":1}""");

        var after = Run.Restored(workflow, before.Rows, """{"n":1}""");

        Assert.Equal(before.Code("a").IdempotencyKey, after.Code("a").IdempotencyKey);
        after.Answer("a", Converted("""{"n":2}"""));
        Assert.Equal("""{"n":2}""", after.Row("a").Input.ToString());
    }

    [Fact]
    public void A_node_restored_while_it_waits_goes_on_with_what_was_converted()
    {
        var workflow = Draft.Manual().Node("wait", "FLOW.DELAY", """{"duration_seconds":60}""").Convert("start -> wait", Function).Compile();
        var before = Run.Of(workflow, """{"n":1}""").Answer("wait", Converted("""{"n":2}"""));

        var after = Run.Restored(workflow, before.Rows, """{"n":1}""").Elapse("wait", TimeSpan.FromSeconds(60));

        Assert.Equal(ExecutionStatus.Success, after.State.Outcome);
        Assert.Equal("""{"n":2}""", after.Row("wait").Input.ToString());
        Assert.Contains("\"n\":2", after.Output("wait").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_conversion_that_is_timed_out_is_asked_for_again_and_not_skipped()
    {
        var draft = Draft.Manual().Pass("a", """{"max_retries":1}""").Convert("start -> a", Function);
        var run = Run.Of(draft, """{"n":1}""");
        run.State.TimeOutCall(new("a"), run.Now);
        run.Pending.Clear();
        run.Advance().Elapse("a", TimeSpan.FromMinutes(5));

        Assert.Equal("exec_1:a:0:conversion", run.Code("a").IdempotencyKey);
        run.Answer("a", Converted("""{"n":2}"""));
        Assert.Equal("""{"n":2}""", run.Row("a").Input.ToString());
    }

    private static CodeResult Converted(params string[] results) => new() { Results = JsonData.Array(results.Select(JsonData.Parse)) };

    private static long Integer(JsonData value) => value.TryGetInteger(out var number) ? number : -1;
}
