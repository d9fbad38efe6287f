using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Tests.Nodes;

public sealed class FlowNodeTests
{
    [Fact]
    public void A_manual_trigger_gives_what_the_caller_sent_and_says_who_started_it()
    {
        var output = Run.Of(Draft.Manual(), """{"amount":5,"user_id":"forged"}""").Output("start");

        Assert.Equal(5, output["amount"]);
        Assert.Equal(5, output["data"]["amount"]);
        Assert.Equal("user_1", output["user_id"].Text);
        Assert.Equal("exec_1", output["execution_id"].Text);
        Assert.Equal("2026-03-01T12:00:00.000Z", output["trigger_time"].Text);
        Assert.Equal("Manual Trigger was started by hand.", output["trigger_message"].Text);
    }

    [Theory]
    [InlineData("$json.amount >= 100", "true")]
    [InlineData("{{ $json.amount < 100 }}", "false")]
    [InlineData("data.amount == 100 && $trigger.data.amount == amount", "true")]
    [InlineData("$json.missing", "false")]
    public void IF_puts_its_data_on_exactly_one_port(string condition, string port)
    {
        var run = Run.Of(
            Draft.Manual().Node("choose", "FLOW.IF", JsonData.Object(("condition_expression", condition)).ToString()).Connect("start -> choose"),
            """{"amount":100}""");

        var outputs = run.Row("choose").Output;
        Assert.Equal(port, Assert.Single(outputs.Fields.ToArray()).Key);
        Assert.Equal(port == "true", outputs[port]["condition_result"].IsTrue);
        Assert.Equal(100, outputs[port]["data"]["amount"]);
    }

    [Fact]
    public void SORT_is_stable_and_puts_what_has_no_value_last()
    {
        const string Items = """{"items":[{"n":1,"k":{"v":2}},{"n":2},{"n":3,"k":{"v":"a"}},{"n":4,"k":{"v":1}},{"n":5,"k":{"v":2}},{"n":6,"k":{"v":null}}]}""";

        var ascending = Sort("""{"sort_field":"k.v"}""", Items);
        Assert.Equal([4, 1, 5, 3, 2, 6], Numbers(ascending["sorted_data"], "n"));
        Assert.Equal(JsonData.Parse("[3,0,4,2,1,5]"), ascending["original_indices"]);
        Assert.Equal(6, ascending["sort_stats"]["total_items"]);

        var descending = Sort("""{"sort_field":"k.v","order":"desc"}""", Items);
        Assert.Equal([3, 1, 5, 4, 2, 6], Numbers(descending["sorted_data"], "n"));
    }

    [Fact]
    public void SORT_takes_another_field_from_its_input()
        => Assert.Equal(
            [2, 1],
            Numbers(Sort("""{"sort_field":"n"}""", """{"items":[{"n":1,"m":2},{"n":2,"m":1}],"sort_override":{"sort_field":"m"}}""")["sorted_data"], "n"));

    [Fact]
    public void A_list_node_without_a_list_says_so()
    {
        var run = Run.Of(
            Draft.Manual().Node("sort", "FLOW.SORT", """{"sort_field":"n"}""", """{"input_params":{"data":"{{$json.text}}"}}""").Connect("start -> sort"),
            """{"text":"x"}""");

        Assert.Equal("invalid_input", run.State.Failure!.Cause.Code);
    }

    [Theory]
    [InlineData("{}", "[1,2,3,4,5]", 0)]
    [InlineData("""{"merge_strategy":"union","merge_key":"id"}""", "[1,2,3,5]", 1)]
    [InlineData("""{"merge_strategy":"union","merge_key":"id","handle_duplicates":"keep_last"}""", "[1,3,4,5]", 1)]
    [InlineData("""{"handle_duplicates":"keep_first","merge_key":"id"}""", "[1,2,3,5]", 1)]
    [InlineData("""{"handle_duplicates":"remove_duplicates","merge_key":"id"}""", "[1,2,3,5]", 1)]
    [InlineData("""{"merge_strategy":"union"}""", "[1,2,3,4,5]", 0)]
    public void MERGE_joins_streams_in_the_order_of_the_connections(string configurations, string expected, int removed)
    {
        const string Map = "ACTION.DATA_TRANSFORMATION";
        var output = Run.Of(Draft.Manual()
            .Node("a", Map, """{"operation":"custom","transformation_script":"[{n:1,id:'x'},{n:2,id:'y'}]"}""")
            .Node("b", Map, """{"operation":"custom","transformation_script":"[{n:3},{n:4,id:'y'},{n:5}]"}""")
            .Node("join", "FLOW.MERGE", configurations).Connect("start -> a", "start -> b", "a -> join", "b -> join")).Output("join");

        Assert.Equal(JsonData.Parse(expected), JsonData.Array(Numbers(output["merged_data"], "n").Select(n => JsonData.Of(n))));
        Assert.Equal(removed, output["merge_stats"]["duplicates_removed"]);
        Assert.Equal(2, output["merge_stats"]["total_inputs"]);
        Assert.Equal(["a", "b"], output["source_mapping"].Items.ToArray().Select(source => source["source"].Text));
        Assert.Equal(output["merged_data"].Count, output["source_mapping"][1]["range"][1]);
    }

    [Theory]
    [InlineData("""{"duration_seconds":90}""", 90)]
    [InlineData("""{"delay_seconds":2}""", 2)]
    [InlineData("""{"delay_ms":1500}""", 1.5)]
    [InlineData("{}", 5)]
    [InlineData("""{"duration_seconds":"{{$json.wait * 2}}"}""", 14)]
    public void DELAY_asks_for_a_timer_and_goes_on_when_it_is_due(string configurations, double seconds)
    {
        var run = Run.Of(Draft.Manual().Node("wait", "FLOW.DELAY", configurations).Step("after").Connect("start -> wait", "wait -> after"), """{"wait":7}""");

        var wait = Assert.IsType<NodeStep.Wait>(Assert.Single(run.Pending).Step);
        Assert.Equal(Run.Noon.AddSeconds(seconds), wait.DueAt);
        Assert.Equal("delay", wait.Reason);
        Assert.Equal(NodeStatus.WaitingInput, run.Status("wait"));

        run.Elapse("wait", TimeSpan.FromSeconds(seconds));

        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal(7, run.Output("wait")["data"]["wait"]);
        Assert.Equal(seconds, run.Output("wait")["delay_info"]["actual_delay_seconds"]);
    }

    [Theory]
    [InlineData("\"soon\"")]
    [InlineData("-1")]
    [InlineData("100000")]
    public void DELAY_refuses_a_duration_that_is_none(string duration)
    {
        var run = Run.Of(Draft.Manual().Node("wait", "FLOW.DELAY", """{"duration_seconds":"{{$json.d}}"}""").Connect("start -> wait"), $$"""{"d":{{duration}}}""");

        Assert.Equal("invalid_parameter", run.State.Failure!.Cause.Code);
    }

    private static JsonData Sort(string configurations, string data)
        => Run.Of(Draft.Manual().Node("sort", "FLOW.SORT", configurations).Connect("start -> sort"), data).Output("sort");

    private static IEnumerable<int> Numbers(JsonData items, string field)
        => items.Items.ToArray().Select(item => item[field].TryGetInteger(out var number) ? (int)number : -1);
}
