using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Tests.Nodes;

public sealed class FilterNodeTests
{
    private const string People = """
        {"items":[
          {"n":1,"name":"Ann","age":31,"tags":["a","b"],"home":{"city":"Kyiv"}},
          {"n":2,"name":"bob","age":"17","tags":[],"home":{"city":"Lviv"}},
          {"n":3,"name":"Cid","age":null,"tags":"b"},
          {"n":4,"age":44}]}
        """;

    [Theory]
    [InlineData("""{"field":"age","operator":"greater_than","value":20}""", "1 4")]
    [InlineData("""{"field":"age","operator":">=","value":31}""", "1 4")]
    [InlineData("""{"field":"age","operator":"less_than","value":20}""", "2")]
    [InlineData("""{"field":"age","operator":"equals","value":17}""", "2")]
    [InlineData("""{"field":"age","operator":"not_equals","value":17}""", "1 4")]
    [InlineData("""{"field":"name","operator":"contains","value":"n"}""", "1")]
    [InlineData("""{"field":"name","operator":"not_contains","value":"n"}""", "2 3")]
    [InlineData("""{"field":"name","operator":"starts_with","value":"A"}""", "1")]
    [InlineData("""{"field":"name","operator":"ends_with","value":"b"}""", "2")]
    [InlineData("""{"field":"name","operator":"equals","value":"BOB","case_sensitive":false}""", "2")]
    [InlineData("""{"field":"name","operator":"in","value":["Ann","Cid"]}""", "1 3")]
    [InlineData("""{"field":"name","operator":"not_in","value":["Ann","Cid"]}""", "2")]
    [InlineData("""{"field":"name","operator":"regex","value":"^[A-Z]"}""", "1 3")]
    [InlineData("""{"field":"age","operator":"between","value":[17,31]}""", "1 2")]
    [InlineData("""{"field":"name","operator":"exists"}""", "1 2 3")]
    [InlineData("""{"field":"name","operator":"not_exists"}""", "4")]
    [InlineData("""{"field":"tags","operator":"is_empty"}""", "2 4")]
    [InlineData("""{"field":"tags","operator":"is_not_empty"}""", "1 3")]
    [InlineData("""{"field":"home.city","operator":"equals","value":"Kyiv"}""", "1")]
    [InlineData("""{"field":"age","operator":"equals","value":null}""", "3")]
    [InlineData("""{"field":"age","operator":"greater_than","value":"{{$trigger.data.n_is_not_there == null}}"}""", "1 2 4", "include_with_warning")]
    [InlineData("""{"field":"n","operator":"equals","value":"{{len(item.tags)}}"}""", "")]
    [InlineData("\"item.age > 20 && item.name == 'Ann'\"", "1")]
    [InlineData("\"age > 40\"", "4")]
    [InlineData("\"{{ item.n % 2 == 0 }}\"", "2 4")]
    [InlineData("""{"expression":"index == 0"}""", "1")]
    [InlineData("""{"filter_type":"regex_pattern","field":"name","pattern":"^a","case_sensitive":false}""", "1")]
    [InlineData("""{"filter_type":"range_filter","field":"age","min":18}""", "1 4")]
    [InlineData("""{"filter_type":"range_filter","field":"age","min":10,"max":40}""", "1 2")]
    [InlineData("""{"filter_type":"exists_filter","field":"home.city"}""", "1 2")]
    [InlineData("""{"filter_type":"exists_filter","field":"home.city","exists":false}""", "3 4")]
    [InlineData("""{"filter_type":"type_filter","field":"age","type":"integer"}""", "1 4")]
    [InlineData("""{"filter_type":"type_filter","field":"age","type":"null"}""", "3")]
    [InlineData("""{"filter_type":"array_contains","field":"tags","value":"b"}""", "1")]
    [InlineData("""{"filter_type":"fuzzy_match","field":"name","value":"Anne","threshold":0.7}""", "1")]
    [InlineData("""{"filter_type":"fuzzy_match","field":"name","value":["BOBB","Cidd"],"threshold":0.7,"case_sensitive":false}""", "2 3")]
    public void A_condition_passes_what_meets_it(string condition, string expected, string errorHandling = "skip_invalid")
        => Assert.Equal(expected, Passed($$"""{"conditions":[{{condition}}],"error_handling":"{{errorHandling}}"}"""));

    [Theory]
    [InlineData("\"logical_operator\":\"AND\"", "1")]
    [InlineData("\"logical_operator\":\"OR\"", "1 2 4")]
    [InlineData("\"logical_operator\":\"NOT\"", "3")]
    [InlineData("\"filter_mode\":\"exclude\"", "2 3 4")]
    [InlineData("\"filter_mode\":\"partition\"", "1")]
    [InlineData("\"null_handling\":\"include\"", "1 3")]
    [InlineData("\"logical_operator\":\"OR\",\"max_results\":2", "1 2")]
    [InlineData("\"logical_operator\":\"OR\",\"sort_filtered_results\":true,\"sort_field\":\"n\",\"sort_order\":\"desc\"", "4 2 1")]
    public void Conditions_combine(string settings, string expected)
        => Assert.Equal(expected, Passed(
            $$"""{"conditions":[{"field":"home.city","operator":"contains","value":"v"},{"field":"age","operator":"greater_than","value":20}],{{settings}}}""",
            settings.Contains("include", StringComparison.Ordinal) ? """{"items":[{"n":1,"home":{"city":"Kyiv v"},"age":30},{"n":2,"home":{"city":"x"},"age":30},{"n":3,"home":{},"age":30}]}""" : People.Replace("Kyiv", "Kv", StringComparison.Ordinal)));

    [Fact]
    public void A_function_of_ones_own_decides_with_or_without_conditions()
    {
        Assert.Equal("1 3", Passed("""{"filter_type":"custom_function","custom_filter_function":"item.n % 2 == 1"}"""));
        Assert.Equal("1", Passed("""{"filter_type":"custom_function","custom_filter_function":"{{item.n % 2 == 1}}","conditions":[{"filter_type":"simple_condition","field":"n","operator":"<","value":3}]}"""));
    }

    [Fact]
    public void Of_what_is_sorted_the_first_in_order_pass()
    {
        var output = Output("""{"conditions":["item > 0"],"sort_filtered_results":true,"sort_order":"desc","max_results":2,"filter_mode":"partition"}""", """{"items":[3,0,9,5]}""");

        Assert.Equal(JsonData.Parse("[9,5]"), output["filtered_data"]);
        Assert.Equal(JsonData.Parse("[0,3]"), output["excluded_data"]);
    }

    [Theory]
    [InlineData("{}", "/nodes/1/configurations/conditions")]
    [InlineData("""{"filter_type":"custom_function"}""", "/nodes/1/configurations/custom_filter_function")]
    [InlineData("""{"filter_type":"custom_function","custom_filter_function":"item. "}""", "/nodes/1/configurations/custom_filter_function")]
    [InlineData("""{"conditions":[{"filter_type":"fuzzy_match","field":"a","value":"b","threshold":2}]}""", "/nodes/1/configurations/conditions/0")]
    public void A_mistake_is_refused_when_saving(string configurations, string pointer)
        => Assert.Contains(pointer, Draft.Manual().Node("f", "FLOW.FILTER", configurations).Connect("start -> f").Validate().Errors.Select(error => error.Pointer));

    [Fact]
    public void Fuzzy_matching_costs_the_node_what_it_takes()
    {
        var items = string.Join(',', Enumerable.Repeat($"\"{new string('a', 1000)}\"", 200));
        var run = Run.Of(
            Draft.Manual().Node("f", "FLOW.FILTER", $$"""{"conditions":[{"filter_type":"fuzzy_match","field":"","value":"{{new string('b', 1000)}}"}]}""").Connect("start -> f"),
            $$"""{"items":[{{items}}]}""");

        Assert.Contains("The node's expressions take more than", run.State.Failure!.Cause.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_did_not_pass_has_its_own_port_when_there_is_any()
    {
        var draft = Draft.Manual().Node("f", "FLOW.FILTER", """{"conditions":["item > $trigger.data.limit"]}""").Step("passed").Step("filtered").Step("stats")
            .Connect("start -> f", "f.passed -> passed", "f.filtered -> filtered", "f.statistics -> stats");

        var some = Run.Of(draft, """{"items":[1,2,3],"limit":1}""");
        Assert.Equal(JsonData.Parse("[[2,3]]"), some.Row("passed").Input);
        Assert.Equal(JsonData.Parse("[[1]]"), some.Row("filtered").Input);
        Assert.Equal(JsonData.Parse("""[{"total_input":3,"items_passed":2,"items_filtered":1,"filter_time_ms":0}]"""), some.Row("stats").Input);

        var all = Run.Of(draft, """{"items":[1,2,3],"limit":0}""");
        Assert.Equal(NodeStatus.Skipped, all.Status("filtered"));
        Assert.Equal(NodeStatus.Success, all.Status("passed"));

        var none = Run.Of(draft, """{"items":[],"limit":0}""");
        Assert.Equal(NodeStatus.Success, none.Status("passed"));
    }

    [Fact]
    public void An_item_that_cannot_be_judged_is_reported()
    {
        const string Condition = """{"field":"v","operator":"greater_than","value":1}""";
        const string Items = """{"items":[{"v":2},{"v":{"x":1}},{"v":0}]}""";

        var skipped = Output($$"""{"conditions":[{{Condition}}]}""", Items);
        Assert.Equal(1, skipped["filtered_data"].Count);
        Assert.Equal(1, Assert.Single(skipped["validation_errors"].Items.ToArray())["index"]);

        var kept = Output($$"""{"conditions":[{{Condition}}],"error_handling":"include_with_warning"}""", Items);
        Assert.Equal(2, kept["filtered_data"].Count);

        var run = Run.Of(
            Draft.Manual().Node("f", "FLOW.FILTER", $$"""{"conditions":[{{Condition}}],"error_handling":"fail_on_error"}""").Connect("start -> f"), Items);
        Assert.Equal("invalid_item", run.State.Failure!.Cause.Code);
    }

    private static string Passed(string configurations, string data = People)
        => string.Join(' ', Output(configurations, data)["filtered_data"].Items.ToArray().Select(item => item["n"].ToString()));

    private static JsonData Output(string configurations, string data)
    {
        var run = Run.Of(Draft.Manual().Node("f", "FLOW.FILTER", configurations).Connect("start -> f"), data);
        Assert.Null(run.State.Failure);
        return run.Output("f");
    }
}
