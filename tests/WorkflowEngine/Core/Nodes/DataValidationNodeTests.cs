using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Tests.Nodes;

public sealed class DataValidationNodeTests
{
    private const string Person = """{"type":"object","required":["name"],"properties":{"name":{"type":"string","minLength":2},"mail":{"format":"email"}}}""";

    [Fact]
    public void What_is_valid_goes_one_way_and_what_is_not_the_other()
    {
        var draft = Draft.Manual().Node("v", "ACTION.DATA_VALIDATION", $$"""{"schema":{{Person}}}""").Step("good").Step("bad")
            .Connect("start -> v", "v.valid -> good", "v.invalid -> bad").With("settings", "{}");

        var valid = Run.Of(draft, """{"name":"Ann","mail":"ann@example.org"}""");
        Assert.Equal((NodeStatus.Success, NodeStatus.Skipped), (valid.Status("good"), valid.Status("bad")));

        var wrong = Run.Of(draft, """{"name":"A","mail":"ann"}""");
        Assert.Equal((NodeStatus.Skipped, NodeStatus.Success), (wrong.Status("good"), wrong.Status("bad")));
        Assert.Equal(["/mail", "/name"], wrong.Output("v")["errors"].Items.ToArray().Select(error => error["pointer"].Text!).Order());
        Assert.Equal("A", wrong.Row("bad").Input[0]["data"]["name"].Text);
    }

    [Fact]
    public void Each_item_is_judged_by_itself()
    {
        var output = Output($$"""{"schema":{{Person}},"mode":"each_item","path":"people"}""", """{"people":[{"name":"Ann"},{"name":"B"},{}]}""");

        Assert.False(output["valid"].IsTrue);
        Assert.Equal(JsonData.Parse("""[{"name":"Ann"}]"""), output["valid_data"]);
        Assert.Equal(JsonData.Parse("[1,2]"), JsonData.Array(output["invalid_data"].Items.ToArray().Select(item => item["index"])));
        Assert.Equal(JsonData.Parse("""["/1/name","/2"]"""), JsonData.Array(output["errors"].Items.ToArray().Select(error => error["pointer"])));
        Assert.Equal(JsonData.Parse("""{"total":3,"valid":1,"invalid":2}"""), output["validation_stats"]);
    }

    [Fact]
    public void A_node_that_is_to_fail_says_where()
    {
        var run = Run.Of(Draft.Manual().Node("v", "ACTION.DATA_VALIDATION", $$"""{"schema":{{Person}},"on_invalid":"fail"}""").Connect("start -> v"), """{"name":5}""");

        Assert.Equal("validation_failed", run.State.Failure!.Cause.Code);
        Assert.Contains("/name: Must be string, not a number.", run.State.Failure.Cause.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"{{$trigger.data.schema}}\"")]
    [InlineData("""{"type":"object","required":["{{$trigger.data.needed}}"]}""")]
    [InlineData("\"{\\\"required\\\":[\\\"name\\\"]}\"")]
    [InlineData("null")]
    public void A_schema_may_come_from_elsewhere(string schema)
        => Assert.False(Output($$"""{"schema":{{schema}}}""", """{"needed":"name","schema":{"required":["name"]}}""")["valid"].IsTrue);

    [Theory]
    [InlineData("""{"type":"text"}""", "/nodes/1/configurations/schema/type")]
    [InlineData("""{"properties":{"a/b":{"minimum":"1"}}}""", "/nodes/1/configurations/schema/properties/a~1b/minimum")]
    [InlineData("""{"$ref":"https://example.org/other"}""", "/nodes/1/configurations/schema/$ref")]
    [InlineData("""{"allOf":[{},{"pattern":"(?=x)"}]}""", "/nodes/1/configurations/schema/allOf/1/pattern")]
    [InlineData("""{"properties":{"a":5}}""", "/nodes/1/configurations/schema/properties/a")]
    public void A_schema_that_is_none_is_refused_when_saving(string schema, string pointer)
    {
        var problem = Assert.Single(Draft.Manual().Node("v", "ACTION.DATA_VALIDATION", $$"""{"schema":{{schema}}}""").Connect("start -> v").Validate().Errors);

        Assert.Equal(("invalid_expression", pointer), (problem.Code, problem.Pointer));
    }

    [Theory]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}""")]
    [InlineData("""{"$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"},{"$ref":"#/$defs/b"}]},"b":{"allOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"}]}},"$ref":"#/$defs/a"}""")]
    public void A_schema_without_end_fails_the_node(string schema)
        => Assert.Equal(
            "invalid_schema",
            Run.Of(Draft.Manual().Node("v", "ACTION.DATA_VALIDATION", $$"""{"schema":{{schema}}}""").Connect("start -> v")).State.Failure!.Cause.Code);

    [Fact]
    public void A_schema_that_doubles_at_every_level_is_given_up()
    {
        var levels = string.Join(',', Enumerable.Range(0, 60).Select(level =>
            $$$"""{"d{{{level}}}":{"oneOf":[{"$ref":"#/$defs/d{{{level + 1}}}"},{"$ref":"#/$defs/d{{{level + 1}}}"}]}}"""[1..^1]));
        var schema = $$$"""{"$ref":"#/$defs/d0","$defs":{{{{levels}}},"d60":true}}""";

        Assert.Equal(
            "invalid_schema",
            Run.Of(Draft.Manual().Node("v", "ACTION.DATA_VALIDATION", $$"""{"schema":{{schema}}}""").Connect("start -> v")).State.Failure!.Cause.Code);
    }

    private static JsonData Output(string configurations, string data)
    {
        var input = configurations.Contains("null", StringComparison.Ordinal) ? """{"input_params":{"schema":{"required":["name"]}}}""" : "{}";
        var run = Run.Of(Draft.Manual().Node("v", "ACTION.DATA_VALIDATION", configurations, input).Connect("start -> v"), data);
        Assert.Null(run.State.Failure);
        return run.Output("v");
    }
}
