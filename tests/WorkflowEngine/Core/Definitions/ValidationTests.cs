using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Core.Tests.Definitions;

public sealed class ValidationTests
{
    private const string Call = "ACTION.HTTP_REQUEST";

    /// <summary>A document, the code it earns, where, and at which node.</summary>
    public static TheoryData<string, string, string, string?> Mistakes => new()
    {
        { "[]", "malformed_document", "", null },
        { "{}", "no_nodes", "/nodes", null },
        { "{}", "missing_field", "/metadata", null },
        { """{"metadata":{"name":" "}}""", "empty_value", "/metadata/name", null },
        { $$$"""{"metadata":{"name":"{{{new string('x', 256)}}}"}}""", "too_long", "/metadata/name", null },
        { """{"metadata":7}""", "wrong_type", "/metadata", null },
        { """{"nodes":{}}""", "wrong_type", "/nodes", null },
        { """{"nodes":[1]}""", "wrong_type", "/nodes/0", null },
        { """{"nodes":[{}]}""", "missing_field", "/nodes/0/id", null },
        { """{"nodes":[{"id":"a","configurations":[]}]}""", "wrong_type", "/nodes/0/configurations", "a" },
        { """{"nodes":[{"id":"a","on_error":"SOMEHOW"}]}""", "invalid_value", "/nodes/0/on_error", "a" },
        { """{"nodes":[{"id":"a","max_retries":11}]}""", "out_of_range", "/nodes/0/max_retries", "a" },
        { """{"connections":[{}]}""", "missing_field", "/connections/0/id", null },
        { """{"settings":{"timeout":0}}""", "out_of_range", "/settings/timeout", null },
        { """{"settings":{"timezone":{"name":5}}}""", "wrong_type", "/settings/timezone/name", null },
        { """{"triggers":[5]}""", "wrong_type", "/triggers/0", null },
        { Draft.Manual().Node("start", Call, Url).ToJson().ToString(), "duplicate_node_id", "/nodes/1/id", "start" },
        { Draft.Manual().Node("b", Call, Url, """{"name":"start"}""").ToJson().ToString(), "duplicate_node_name", "/nodes/1/name", "b" },
        { Draft.Manual().Node("b", Call, Url, """{"name":"two words"}""").ToJson().ToString(), "name_with_spaces", "/nodes/1/name", "b" },
        { Draft.Manual().Node("b", "NONSENSE.X").ToJson().ToString(), "unknown_node_type", "/nodes/1/type", "b" },
        { Draft.Manual().Node("b", "FLOW.MANUAL").ToJson().ToString(), "unknown_node_subtype", "/nodes/1/subtype", "b" },
        { Draft.Manual().Node("b", "AI_AGENT.ANTHROPIC_CLAUDE").ToJson().ToString(), "unsupported_subtype", "/nodes/1/subtype", "b" },
        { Draft.Manual().Node("b", Call).ToJson().ToString(), "missing_parameter", "/nodes/1/configurations/url", "b" },
        { Draft.Manual().Node("b", Call, """{"url":""}""").ToJson().ToString(), "empty_parameter", "/nodes/1/configurations/url", "b" },
        { Draft.Manual().Node("b", Call, """{"url":5}""").ToJson().ToString(), "invalid_parameter_type", "/nodes/1/configurations/url", "b" },
        { Draft.Manual().Node("b", Call, """{"url":"http://x","method":"FETCH"}""").ToJson().ToString(), "invalid_parameter_value", "/nodes/1/configurations/method", "b" },
        { Draft.Manual().Node("b", Call, """{"url":"http://x","max_redirects":21}""").ToJson().ToString(), "parameter_out_of_range", "/nodes/1/configurations/max_redirects", "b" },
        { Draft.Manual().Node("b", "FLOW.IF").ToJson().ToString(), "missing_parameter", "/nodes/1/configurations/condition_expression", "b" },
        { Draft.Manual().Node("b", "FLOW.FILTER", """{"conditions":[]}""").ToJson().ToString(), "missing_parameter", "/nodes/1/configurations/conditions", "b" },
        { Draft.Manual().Node("b", "FLOW.FILTER", """{"conditions":[{"operator":"equals"}]}""").ToJson().ToString(), "invalid_expression", "/nodes/1/configurations/conditions/0", "b" },
        { Draft.Manual().Node("b", "FLOW.FILTER", """{"conditions":[{"field":"x","operator":"resembles"}]}""").ToJson().ToString(), "invalid_expression", "/nodes/1/configurations/conditions/0", "b" },
        { Draft.Manual().Node("b", "FLOW.FILTER", """{"conditions":["item >"]}""").ToJson().ToString(), "invalid_expression", "/nodes/1/configurations/conditions/0", "b" },
        { Draft.Manual().Node("b", "FLOW.FILTER", """{"conditions":[{"field":"x","operator":"regex","value":"("}]}""").ToJson().ToString(), "invalid_expression", "/nodes/1/configurations/conditions/0", "b" },
        { Draft.Manual().Node("b", "ACTION.DATA_TRANSFORMATION", """{"operation":"custom"}""").ToJson().ToString(), "missing_parameter", "/nodes/1/configurations/transformation_script", "b" },
        { Draft.Manual().Node("b", "ACTION.DATA_TRANSFORMATION", """{"operation":"aggregate","aggregation_functions":{"x":"mode"}}""").ToJson().ToString(), "missing_parameter", "/nodes/1/configurations/aggregation_functions/x", "b" },
        { Draft.Manual().Node("b", "FLOW.DELAY", """{"duration_seconds":90000}""").ToJson().ToString(), "parameter_out_of_range", "/nodes/1/configurations/duration_seconds", "b" },
        { Draft.Manual().Node("b", Call, """{"url":"{{ 1 + }}"}""").ToJson().ToString(), "invalid_expression", "/nodes/1/configurations/url", "b" },
        { Draft.Manual().Node("b", Call, """{"url":"http://x","headers":{"a/b":["{{ nope() }}"]}}""").ToJson().ToString(), "invalid_expression", "/nodes/1/configurations/headers/a~1b/0", "b" },
        { Draft.Manual().Node("b", Call, Url, """{"input_params":{"x":"{{ $json. }}"}}""").ToJson().ToString(), "invalid_expression", "/nodes/1/input_params/x", "b" },
        { Draft.Manual().Node("b", Call, Url, """{"input_params":{"x":"{{ $node['ghost'].result }}"}}""").ToJson().ToString(), "unknown_node_reference", "/nodes/1/input_params/x", "b" },
        { Draft.Manual().Node("b", Call, Url, """{"attached_nodes":["start"]}""").ToJson().ToString(), "attached_nodes_not_allowed", "/nodes/1/attached_nodes", "b" },
        { Draft.Manual().Node("b", "AI_AGENT.OPENAI_CHATGPT", "{}", """{"attached_nodes":["ghost"]}""").ToJson().ToString(), "unknown_attached_node", "/nodes/1/attached_nodes/0", "b" },
        { Draft.Manual().Node("b", "AI_AGENT.OPENAI_CHATGPT", "{}", """{"attached_nodes":["start"]}""").ToJson().ToString(), "invalid_attached_node", "/nodes/1/attached_nodes/0", "b" },
        { Draft.Manual().Node("b", "TOOL.EMAIL_TOOL").Connect("start -> b").ToJson().ToString(), "attachable_in_connection", "/connections/0/to_node", "b" },
        { Draft.Manual().Connect("start -> ghost").ToJson().ToString(), "unknown_node", "/connections/0/to_node", null },
        { Draft.Manual().Connect("ghost -> start").ToJson().ToString(), "unknown_node", "/connections/0/from_node", null },
        { Draft.Manual().Step("a").Connect("a -> a").ToJson().ToString(), "self_loop", "/connections/0/to_node", "a" },
        { Draft.Manual().Step("a").Connect("a -> start").ToJson().ToString(), "connection_into_trigger", "/connections/0/to_node", "start" },
        { Draft.Manual().Step("a").Connect("start.done -> a").ToJson().ToString(), "unknown_output_key", "/connections/0/output_key", "start" },
        { Draft.Manual().Node("b", "FLOW.IF", """{"condition_expression":"true"}""").Step("a").Connect("b -> a").ToJson().ToString(), "unknown_output_key", "/connections/0/output_key", "b" },
        { Draft.Manual().Step("a").Convert("start -> a", new string('x', 100_001)).ToJson().ToString(), "conversion_function_too_long", "/connections/0/conversion_function", null },
        { Draft.Manual().Step("a").With("connections", """[{"id":"c","from_node":"start","to_node":"a"},{"id":"c","from_node":"start","to_node":"a","output_key":"error"}]""").ToJson().ToString(), "duplicate_connection_id", "/connections/1/id", null },
        { Draft.Manual().With("triggers", """["start","ghost"]""").ToJson().ToString(), "unknown_node", "/triggers/1", null },
        { Draft.Manual().Step("a").With("triggers", """["a"]""").ToJson().ToString(), "not_a_trigger", "/triggers/0", "a" },
        { Draft.Manual().Step("a").Step("b").Step("c").Connect("start -> a", "a -> b", "b -> c", "c -> a").ToJson().ToString(), "cycle", "/connections/3/to_node", "a" },
    };

    private const string Url = """{"url":"http://example.test"}""";

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_named_where_it_stands(string json, string code, string pointer, string? nodeId)
    {
        var result = WorkflowValidator.Validate(JsonData.Parse(json));

        Assert.False(result.IsValid);
        var problem = result.Errors.First(problem => problem.Code == code && problem.Pointer == pointer);
        Assert.Equal(nodeId, problem.NodeId is "" ? null : problem.NodeId);
        Assert.NotEmpty(problem.Message);
    }

    [Fact]
    public void A_cycle_is_told_in_the_order_it_is_walked()
    {
        var result = Draft.Manual().Step("a").Step("b").Step("c").Step("behind")
            .Connect("start -> a", "a -> b", "b -> c", "c -> a", "c -> behind").Validate();

        Assert.Contains("a -> b -> c -> a", Assert.Single(result.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_subtype_is_told_which_there_are()
    {
        var result = Draft.Manual().Node("b", "FLOW.GOTO").Validate();

        Assert.Contains("FILTER", Assert.Single(result.Errors).Hint!, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expression_error_names_node_parameter_and_position()
    {
        var result = Draft.Manual().Node("pick", "FLOW.IF", """{"condition_expression":"$json.a >"}""").Validate();

        var message = Assert.Single(result.Errors).Message;
        Assert.StartsWith("Node 'pick', parameter 'condition_expression', position 9:", message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_nodes_than_the_limit_are_refused()
    {
        var draft = Draft.Manual();
        for (var at = 0; at < WorkflowValidator.MaxNodes; at++)
        {
            draft.Step($"n{at}");
        }

        Assert.Contains(draft.Validate().Errors, problem => problem.Code == "too_many_nodes");
    }

    [Theory]
    [InlineData("""{"description":""}""", """{"url":"http://x"}""", "missing_description")]
    [InlineData("{}", """{"url":"{{$placeholder}}"}""", "placeholder")]
    [InlineData("{}", """{"url":"http://x","metod":"GET"}""", "unknown_parameter")]
    [InlineData("{}", """{"url":"http://x"}""", "unreachable_node")]
    public void What_is_only_odd_is_a_warning(string extras, string configurations, string code)
    {
        var result = Draft.Manual().Node("b", Call, configurations, """{"description":"d"}""")
            .Node("c", Call, Url, extras).Connect("start -> c").Validate();

        Assert.Equal(code == "missing_description" ? "c" : "b", Assert.Single(result.Warnings, problem => problem.Code == code).NodeId);
        Assert.True(result.IsValid);
    }

    [Fact]
    public void Without_a_trigger_there_is_a_warning()
        => Assert.Contains(new Draft().Step("a").Validate().Warnings, problem => problem.Code == "no_trigger");

    [Fact]
    public void A_template_may_stand_where_any_type_is_expected()
        => Assert.True(Draft.Manual().Node("b", Call, """{"url":"http://x","max_redirects":"{{$json.n}}","headers":"{{$json.h}}"}""").Connect("start -> b").Validate().IsValid);

    [Fact]
    public void Unknown_fields_are_tolerated_and_kept()
    {
        var result = Draft.Manual().Node("b", Call, Url, """{"color":"blue"}""").With("x_custom", """{"a":1}""").Validate();

        Assert.True(result.IsValid);
        Assert.Equal(1, result.Document!.Source["x_custom"]["a"]);
    }

    [Fact]
    public void The_number_of_problems_reported_has_a_limit()
    {
        var json = $$"""{"nodes":[{{string.Join(',', Enumerable.Repeat("1", 20_000))}}]}""";

        Assert.InRange(WorkflowValidator.Validate(JsonData.Parse(json)).Errors.Count, 500, 1000);
    }

    [Fact]
    public void A_document_reads_into_its_parts()
    {
        var document = Draft.Manual().Node("b", Call, Url, """{"error_handling":"continue_error_output_on_error","disabled":true,"max_retries":1,"position":{"x":1.5,"y":2}}""")
            .With("settings", """{"timeout":60,"timezone":{"name":"Europe/Kyiv"}}""").Validate().Document!;

        Assert.Equal(["start"], document.Triggers);
        Assert.Equal(60, document.Settings.TimeoutSeconds);
        Assert.Equal("Europe/Kyiv", document.Settings.Timezone);
        Assert.Equal(ErrorStrategy.ContinueErrorOutput, document.Nodes[1].OnError);
        Assert.True(document.Nodes[1].Disabled);
        Assert.Equal(1.5, document.Nodes[1].PositionX);
    }
}
