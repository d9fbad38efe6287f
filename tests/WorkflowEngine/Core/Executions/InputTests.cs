using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Tests.Executions;

public sealed class InputTests
{
    private const string Custom = "ACTION.DATA_TRANSFORMATION";

    private static Draft Script(string script, string extras = "{}") =>
        Draft.Manual().Node("t", Custom, JsonData.Object(("operation", "custom"), ("transformation_script", script)).ToString(), extras);

    private static JsonData Result(Draft draft, string data = "{}")
    {
        var run = Run.Of(draft, data);
        Assert.Null(run.State.Failure);
        return run.Output("t")["transformed_data"];
    }

    [Fact]
    public void One_payload_arrives_as_it_is()
        => Assert.Equal(5, Result(Script("$json.x").Connect("start -> t"), """{"x":5}"""));

    [Fact]
    public void Several_objects_are_laid_over_one_another_in_the_order_of_the_connections()
    {
        var draft = Script("$json")
            .Node("a", Custom, """{"operation":"custom","transformation_script":"{first: 1, both: 'a'}"}""")
            .Node("b", Custom, """{"operation":"custom","transformation_script":"{second: 2, both: 'b'}"}""")
            .Connect("start -> a", "start -> b", "a -> t", "b -> t");

        var run = Run.Of(draft);

        // Both payloads are transformation results: the later connection's fields win.
        Assert.Equal("b", run.Row("t").Input["transformed_data"]["both"].Text);
    }

    [Fact]
    public void Payloads_that_are_not_all_objects_make_a_list()
    {
        var draft = Script("$json").Node("f", "FLOW.FILTER", """{"conditions":["item > 1"]}""")
            .Connect("start -> f", "start -> t", "f.passed -> t");

        var list = Result(draft, """{"items":[1,2,3]}""");

        Assert.Equal(2, list.Count);
        Assert.Equal(JsonData.Parse("[2,3]"), list[1]);
    }

    [Fact]
    public void Input_params_are_defaults_below_the_payload()
    {
        var draft = Script("[x, y]", """{"input_params":{"x":1,"y":2}}""").Connect("start -> t");

        Assert.Equal(JsonData.Parse("[1,20]"), Result(draft, """{"y":20}"""));
    }

    [Fact]
    public void Input_params_with_templates_say_where_values_come_from()
    {
        var draft = Script("data", """{"input_params":{"data":"{{$json.deep.list}}"}}""").Connect("start -> t");

        Assert.Equal(JsonData.Parse("[1,2]"), Result(draft, """{"deep":{"list":[1,2]},"data":"not this"}"""));
    }

    [Fact]
    public void Earlier_nodes_are_read_by_id_or_name_the_trigger_by_its_own_word_and_variables_by_theirs()
    {
        var draft = Script("""[$node["start"].result.x, $node["choose"].true.condition_result, $trigger.data.x, $trigger.type, $vars.limit]""")
            .Node("choose", "FLOW.IF", """{"condition_expression":"true"}""")
            .Connect("start -> choose", "choose.true -> t").With("variables", """{"limit":9}""");

        Assert.Equal(JsonData.Parse("""[5,true,5,"MANUAL",9]"""), Result(draft, """{"x":5}"""));
    }

    [Fact]
    public void A_port_derived_from_another_is_read_like_any_other()
    {
        var draft = Script("""[$node["f"].passed, $node["f"].statistics.items_filtered]""")
            .Node("f", "FLOW.FILTER", """{"conditions":["item > 1"]}""").Connect("start -> f", "f.passed -> t");

        Assert.Equal(JsonData.Parse("[[2],1]"), Result(draft, """{"items":[1,2]}"""));
    }

    [Fact]
    public void A_node_that_never_ran_reads_as_nothing()
    {
        var draft = Script("""coalesce($node["skipped"].result, "none")""").Node("choose", "FLOW.IF", """{"condition_expression":"true"}""").Step("skipped")
            .Connect("start -> choose", "choose.false -> skipped", "choose.true -> t");

        Assert.Equal("none", Result(draft).Text);
    }

    [Fact]
    public void Data_nested_without_end_stops_at_a_limit_instead_of_the_stack()
    {
        var draft = Draft.Manual();
        var previous = "start";
        for (var at = 0; at < 60; at++)
        {
            draft.Node($"n{at}", Custom, """{"operation":"custom","transformation_script":"{a:{b:{c:{d:{e:$json}}}}}"}""").Connect($"{previous} -> n{at}");
            previous = $"n{at}";
        }

        var run = Run.Of(draft);

        Assert.Equal(ExecutionStatus.Error, run.State.Outcome);
        Assert.Equal("too_deep", run.State.Failure!.Cause.Code);
        Assert.All(run.Rows, row => Assert.Equal(row.Output.IsMissing ? JsonData.Null : row.Output, JsonData.Parse(row.Output.ToString())));
    }

    [Fact]
    public void Data_that_doubles_at_every_node_stops_at_a_limit_instead_of_the_memory()
    {
        var draft = Draft.Manual();
        var previous = "start";
        for (var at = 0; at < 40; at++)
        {
            draft.Node($"n{at}", Custom, """{"operation":"custom","transformation_script":"[$json, $json, 'ha ha ha']"}""").Connect($"{previous} -> n{at}");
            previous = $"n{at}";
        }

        var run = Run.Of(draft);

        Assert.Equal("too_large", run.State.Failure!.Cause.Code);
    }

    [Fact]
    public void A_node_that_evaluates_without_measure_over_its_items_is_stopped()
    {
        var run = Run.Of(
            Draft.Manual().Node("f", "FLOW.FILTER", """{"conditions":["contains($json.items, -1)"],"error_handling":"skip_invalid"}""").Connect("start -> f"),
            $$"""{"items":[{{string.Join(',', Enumerable.Range(0, 20_000))}}]}""");

        Assert.Contains("The node's expressions take more than", run.State.Failure!.Cause.Message, StringComparison.Ordinal);
    }
}
