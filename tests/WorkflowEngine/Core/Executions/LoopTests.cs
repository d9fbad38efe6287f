using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Executions;

public sealed class LoopTests
{
    private const string Calls = """{"method":"POST","url":"http://example.test/{{$loop.item}}"}""";
    private const string Items = """{"items_source":"$json.items"}""";
    private const string Three = """{"items":["a","b","c"]}""";

    private static Draft Each(string configuration = Items) => Draft.Manual().Node("each", "FLOW.FOR_EACH", configuration)
        .Node("call", "ACTION.HTTP_REQUEST", Calls).Step("after")
        .Connect("start -> each", "each.iteration -> call", "each.completed -> after");

    [Fact]
    public void The_body_runs_once_per_item_one_after_the_other()
    {
        var run = Run.Of(Each(), Three);

        Assert.Equal("/a", run.Call("call").Url.AbsolutePath);
        Assert.False(run.HasRow("after"));

        run.Answer("call", 200, """{"n":1}""", 0);
        Assert.Equal("/b", run.Call("call").Url.AbsolutePath);
        run.Answer("call", 200, """{"n":2}""", 1).Answer("call", 200, """{"n":3}""", 2);

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal([0, 1, 2], run.Iterations("call"));
        var result = run.Output("each");
        Assert.Equal(3, result["total_iterations"]);
        Assert.Equal([1, 2, 3], result["iteration_results"].Items.ToArray().Select(item => item["json"]["n"]));
        Assert.Equal(3, result["final_result"]["json"]["n"]);
        Assert.Equal(NodeStatus.Success, run.Status("after"));
    }

    [Fact]
    public void As_many_items_as_allowed_are_under_way_at_once()
    {
        var run = Run.Of(Each("""{"items_source":"$json.items","concurrency":2}"""), Three);
        Assert.Equal([0, 1], run.Pending.Select(step => step.Run.Iteration));

        run.Answer("call", 200, """{"n":2}""", 1);
        Assert.Equal([0, 2], run.Pending.Select(step => step.Run.Iteration));
        run.Answer("call", 200, """{"n":3}""", 2).Answer("call", 200, """{"n":1}""", 0);

        Assert.Equal([1, 2, 3], run.Output("each")["iteration_results"].Items.ToArray().Select(item => item["json"]["n"]));
    }

    [Fact]
    public void Each_run_of_a_node_has_its_own_idempotency_key()
    {
        var run = Run.Of(Each("""{"items_source":"$json.items","concurrency":3}"""), Three);

        Assert.Equal(3, run.Pending.Select(step => ((HttpCall)((NodeStep.Call)step.Step).What).IdempotencyKey).Distinct().Count());
    }

    [Fact]
    public void A_loop_over_nothing_is_over_at_once()
    {
        var run = Run.Of(Each(), """{"items":[]}""");

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal(0, run.Output("each")["total_iterations"]);
        Assert.Equal(NodeStatus.Success, run.Status("after"));
        Assert.False(run.HasRow("call"));
    }

    [Fact]
    public void A_failure_in_the_body_ends_the_run()
    {
        var run = Run.Of(Each(), Three).Answer("call", 404);

        Assert.Equal(ExecutionStatus.Error, run.State.Outcome);
        Assert.Equal(NodeStatus.Canceled, run.Status("each"));
    }

    [Fact]
    public void Or_only_its_iteration_when_the_loop_says_so()
    {
        var run = Run.Of(Each("""{"items_source":"$json.items","break_on_error":false}"""), Three)
            .Answer("call", 200, "{}", 0).Answer("call", 404, "{}", 1).Answer("call", 200, "{}", 2);

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal(NodeStatus.Error, run.Row("call", 1).Status);
        Assert.Equal((2, 1), (run.Output("each")["successful_iterations"], run.Output("each")["failed_iterations"]));
        Assert.True(run.Output("each")["iteration_results"][1].IsNull);
    }

    [Fact]
    public void A_loop_counts()
    {
        var run = Run.Of(Draft.Manual().Node("loop", "FLOW.LOOP", """{"loop_type":"for_range","start_value":2,"end_value":8,"step_value":3}""")
            .Step("body").Connect("start -> loop", "loop.iteration -> body", "loop.completed -> end").Step("end"));

        Assert.Equal("""[{"index":2},{"index":5},{"index":8}]""", run.Output("loop", "iteration").ToString());
        Assert.Equal("""[{"index":5}]""", run.Row("body", 1).Output["result"]["merged_data"].ToString());
        Assert.True(run.Output("loop")["loop_completed"].IsTrue);
    }

    [Fact]
    public void It_says_when_it_was_cut_short()
    {
        var run = Run.Of(Draft.Manual().Node("loop", "FLOW.LOOP", """{"loop_type":"for_range","end_value":1000,"max_iterations":5}""")
            .Step("body").Connect("start -> loop", "loop.iteration -> body"));

        Assert.Equal(5, run.Output("loop")["total_iterations"]);
        Assert.True(run.Output("loop")["loop_completed"].IsFalse);
    }

    [Fact]
    public void While_looks_at_what_the_last_iteration_gave()
    {
        var run = Run.Of(Draft.Manual().Node("while", "FLOW.WHILE", """{"condition_expression":"$loop.index == 0 || $loop.last.json.more"}""")
            .Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://example.test"}""").Connect("start -> while", "while.iteration -> call"));

        run.Answer("call", 200, """{"more":true}""", 0).Answer("call", 200, """{"more":false}""", 1);

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal(2, run.Output("while")["total_iterations"]);
        Assert.True(run.Output("while")["loop_completed"].IsTrue);
    }

    [Fact]
    public void A_condition_that_cannot_be_evaluated_fails_the_loop()
    {
        var run = Run.Of(Draft.Manual().Node("while", "FLOW.WHILE", """{"condition_expression":"regex('a', $json.pattern)"}""")
            .Step("body").Connect("start -> while", "while.iteration -> body"), """{"pattern":"("}""");

        Assert.Equal((ExecutionStatus.Error, NodeStatus.Error), (run.State.Outcome, run.Status("while")));
    }

    [Fact]
    public void What_the_iterations_sent_out_before_the_condition_failed_is_not_lost_when_it_is_restored()
    {
        var workflow = Draft.Manual().Node("while", "FLOW.WHILE", """{"condition_expression":"$loop.index == 0 || regex('a', $json.pattern)"}""", """{"on_error":"CONTINUE_REGULAR_OUTPUT_ON_ERROR"}""")
            .Pass("body").Node("wait", "FLOW.DELAY", """{"duration_seconds":60}""").Step("after")
            .Connect("start -> while", "while.iteration -> body", "body.true -> after", "start -> wait", "wait -> after").Compile();
        var run = Run.Of(workflow, """{"pattern":"("}""");
        Assert.Equal(NodeStatus.Error, run.Status("while"));

        var restored = Run.Restored(workflow, run.Rows, """{"pattern":"("}""").Elapse("wait", TimeSpan.FromSeconds(60));
        run.Elapse("wait", TimeSpan.FromSeconds(60));

        Assert.Equal((ExecutionStatus.Success, ExecutionStatus.Success), (run.State.Outcome, restored.State.Outcome));
        Assert.Equal(run.Row("after").Input.ToString(), restored.Row("after").Input.ToString());
        Assert.Contains("\"index\":0", run.Row("after").Input.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_loop_without_an_end_of_its_own_ends_at_the_merge()
    {
        var run = Run.Of(Draft.Manual().Node("each", "FLOW.FOR_EACH", Items).Pass("double").Step("join").Step("end")
            .Connect("start -> each", "each.iteration -> double", "double.true -> join", "join -> end"), Three);

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal([0, 1, 2], run.Iterations("double"));
        Assert.Equal([0], run.Iterations("join"));
        Assert.Equal(3, run.Output("join")["merged_data"].Count);
    }

    [Fact]
    public void What_leaves_a_body_arrives_as_a_list_and_only_from_iterations_that_sent_it()
    {
        var run = Run.Of(Draft.Manual().Node("each", "FLOW.FOR_EACH", """{"items_source":"$json.items"}""")
            .Node("big", "FLOW.IF", """{"condition_expression":"$loop.item > 1"}""").Step("after")
            .Connect("start -> each", "each.iteration -> big", "each.completed -> after", "big.true -> after"), """{"items":[1,2,3]}""");

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal(2, run.Row("after").Input["data"].IsArray ? run.Row("after").Input["data"].Count : run.Row("after").Input.Items.ToArray().Last().Count);
    }

    [Fact]
    public void Loops_stand_in_loops_and_their_runs_are_told_apart()
    {
        var run = Run.Of(Nested(), """{"rows":[[1,2],[3]]}""");

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal([0, 1], run.Iterations("inner"));
        Assert.Equal([0, 1, 10_000], run.Iterations("cell"));
        Assert.Equal(2, run.Output("outer")["total_iterations"]);
        Assert.Equal(1, run.Row("inner", 1).Output["result"]["total_iterations"]);
    }

    [Fact]
    public void A_body_sees_what_came_in_from_outside()
    {
        var run = Run.Of(Draft.Manual().Node("config", "ACTION.HTTP_REQUEST", """{"url":"http://example.test"}""").Node("each", "FLOW.FOR_EACH", Items)
            .Step("use", """{"input_params":{"seen":"{{$node['config'].result.json.k}}"}}""")
            .Connect("start -> config", "start -> each", "each.iteration -> use", "config -> use", "each.completed -> end").Step("end"), Three);
        Assert.False(run.HasRow("use"));

        run.Answer("config", 200, """{"k":7}""");

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal([0, 1, 2], run.Iterations("use"));
    }

    [Fact]
    public void A_wait_in_a_body_pauses_the_run()
    {
        var run = Run.Of(Draft.Manual().Node("each", "FLOW.FOR_EACH", Items).Node("wait", "FLOW.DELAY").Connect("start -> each", "each.iteration -> wait"), Three);

        Assert.Equal(ExecutionStatus.Paused, run.State.Status);
        run.Elapse("wait", TimeSpan.FromSeconds(5), 0).Elapse("wait", TimeSpan.FromSeconds(5), 1).Elapse("wait", TimeSpan.FromSeconds(5), 2);
        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
    }

    [Fact]
    public void A_skipped_loop_runs_nothing_and_lets_others_go_on()
    {
        var run = Run.Of(Draft.Manual().Node("choose", "FLOW.IF", """{"condition_expression":"false"}""").Node("each", "FLOW.FOR_EACH", Items)
            .Pass("body").Step("join").Connect("start -> choose", "choose.true -> each", "each.iteration -> body", "body.true -> join", "choose.false -> join"), Three);

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.False(run.HasRow("body"));
        Assert.Equal(NodeStatus.Success, run.Status("join"));
    }

    [Fact]
    public void A_disabled_loop_passes_its_input_on()
    {
        var run = Run.Of(Draft.Manual().Node("each", "FLOW.FOR_EACH", Items, """{"disabled":true}""").Step("body").Step("after")
            .Connect("start -> each", "each.iteration -> body", "each.completed -> after"), Three);

        Assert.Equal(NodeStatus.Skipped, run.Status("each"));
        Assert.Equal(NodeStatus.Success, run.Status("after"));
        Assert.False(run.HasRow("body"));
    }

    [Fact]
    public void Ten_thousand_iterations_are_a_matter_of_course_and_one_more_is_refused()
    {
        var run = Run.Of(Each("""{"items_source":"$json.items"}"""), $$"""{"items":[{{string.Join(',', Enumerable.Range(0, 10_001))}}]}""");
        Assert.Equal("too_many_items", run.Row("each").Error["error_code"].Text);

        var many = Run.Of(Draft.Manual().Node("loop", "FLOW.LOOP", """{"loop_type":"for_range","start_value":1,"end_value":10000,"max_iterations":10000}""").Pass("body")
            .Connect("start -> loop", "loop.iteration -> body"));
        Assert.Equal(10_000, many.Output("loop")["successful_iterations"]);
    }

    [Fact]
    public void A_merge_does_not_wait_for_ever()
    {
        var run = Run.Of(Draft.Manual().Node("slow", "FLOW.DELAY", """{"duration_seconds":60}""").Node("join", "FLOW.MERGE", """{"timeout_seconds":20}""").Step("end")
            .Connect("start -> slow", "start -> join", "slow -> join", "join -> end"));
        var limit = Assert.Single(run.Pending, step => step.Run.NodeId == "join");
        Assert.Equal((ExecutionState.MergeReason, Run.Noon.AddSeconds(20)), (((NodeStep.Wait)limit.Step).Reason, ((NodeStep.Wait)limit.Step).DueAt));

        run.State.Fire(limit.Run, ExecutionState.MergeReason, Run.Noon.AddSeconds(20));
        run.Advance();

        Assert.Equal((NodeStatus.Success, NodeStatus.Success), (run.Status("join"), run.Status("end")));
        Assert.Equal(1, run.Output("join")["merge_stats"]["total_inputs"]);
        Assert.Equal(ExecutionStatus.Success, run.Elapse("slow", TimeSpan.FromSeconds(60)).State.Outcome);
        Assert.False(run.State.IsWaiting(limit.Run, ExecutionState.MergeReason));
    }

    [Fact]
    public void A_merge_that_everybody_has_reached_has_no_limit_left()
    {
        var run = Run.Of(Draft.Manual().Step("a").Step("join").Connect("start -> a", "start -> join", "a -> join"));

        Assert.Empty(run.Pending);
        Assert.Equal(2, run.Output("join")["merge_stats"]["total_inputs"]);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void Loops_stand_four_deep_and_no_deeper(int depth, bool isValid)
    {
        var draft = Draft.Manual().Connect("start -> l1").Pass("body").Connect($"l{depth}.iteration -> body");
        for (var at = 1; at <= depth; at++)
        {
            draft.Node($"l{at}", "FLOW.LOOP", """{"end_value":1}""").Step($"after{at}").Connect($"l{at}.completed -> after{at}");
            if (at > 1)
            {
                draft.Connect($"l{at - 1}.iteration -> l{at}");
            }
        }

        Assert.Equal(isValid ? [] : ["loops_too_deep"], draft.Validate().Errors.Select(error => error.Code));
        if (isValid)
        {
            Assert.Equal(16, Run.Of(draft).Iterations("body").Distinct().Count());
        }
    }

    private static Draft Nested() => Draft.Manual().Node("outer", "FLOW.FOR_EACH", """{"items_source":"$json.rows"}""")
        .Node("inner", "FLOW.FOR_EACH", """{"items_source":"$loop.item"}""").Step("cell").Step("row").Step("end")
        .Connect("start -> outer", "outer.iteration -> inner", "inner.iteration -> cell", "inner.completed -> row", "outer.completed -> end");

    [Fact]
    public void What_ends_one_loop_is_not_in_the_body_of_the_one_beside_it()
    {
        var workflow = Draft.Manual()
            .Node("left", "FLOW.FOR_EACH", """{"items_source":"[1,2]"}""").Pass("leftBody")
            .Node("right", "FLOW.FOR_EACH", """{"items_source":"[3,4]"}""").Pass("rightBody").Node("join", "FLOW.MERGE", "{}").Step("last")
            .Connect("start -> left", "left.iteration -> leftBody", "leftBody.true -> join", "start -> right", "right.iteration -> rightBody",
                "right.iteration -> join", "right -> last").Compile();

        var run = Run.Of(workflow);

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.False(workflow.IsInLoop("join"));
        Assert.True(workflow.IsInLoop("leftBody") && workflow.IsInLoop("rightBody"));
    }
}
