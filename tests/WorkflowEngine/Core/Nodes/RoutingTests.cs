using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Tests.Nodes;

public sealed class RoutingTests
{
    private static Draft Switch(string configuration) => Draft.Manual().Node("switch", "FLOW.SWITCH", configuration)
        .Step("a").Step("b").Step("other").Connect("start -> switch", "switch.a -> a", "switch.case_1 -> b", "switch.default -> other");

    private static string Taken(Run run) => string.Join(' ', new[] { "a", "b", "other" }.Where(id => run.Status(id) == NodeStatus.Success));

    [Theory]
    [InlineData("""{"switch_value":"$json.k","cases":[{"value":"x","output":"a"},{"value":5}]}""", """{"k":"x"}""", "a")]
    [InlineData("""{"switch_value":"$json.k","cases":[{"value":"x","output":"a"},{"value":5}]}""", """{"k":"5"}""", "b")]
    [InlineData("""{"switch_value":"$json.k","cases":[{"value":"x","output":"a"},{"value":5}]}""", """{"k":null}""", "other")]
    [InlineData("""{"switch_value":"$json.k","cases":[{"value":"{{$json.wanted}}","output":"a"},{"value":5}]}""", """{"k":1,"wanted":1}""", "a")]
    [InlineData("""{"cases":[{"condition":"$json.k > 10","output":"a"},"$json.k > 5"]}""", """{"k":11}""", "a")]
    [InlineData("""{"cases":[{"condition":"$json.k > 10","output":"a"},"$json.k > 5"]}""", """{"k":6}""", "b")]
    [InlineData("""{"all_matches":true,"cases":[{"condition":"$json.k > 10","output":"a"},"$json.k > 5"]}""", """{"k":11}""", "a b")]
    public void A_switch_goes_the_way_of_the_case_that_holds(string configuration, string data, string taken) =>
        Assert.Equal(taken, Taken(Run.Of(Switch(configuration), data)));

    [Theory]
    [InlineData("""{"cases":[]}""", "/nodes/1/configurations/cases")]
    [InlineData("""{"cases":[{"value":1}]}""", "/nodes/1/configurations/switch_value")]
    [InlineData("""{"cases":[{"condition":"true","output":"default"}]}""", "/nodes/1/configurations/cases")]
    [InlineData("""{"cases":["1 +"]}""", "/nodes/1/configurations/cases/0")]
    [InlineData("""{"cases":[{"output":"a"}]}""", "/nodes/1/configurations/cases/0")]
    public void A_switch_that_makes_no_sense_is_refused(string configuration, string pointer) =>
        Assert.Contains(pointer, Draft.Manual().Node("switch", "FLOW.SWITCH", configuration).Connect("start -> switch").Validate().Errors.Select(error => error.Pointer));

    [Fact]
    public void An_output_that_no_case_has_is_refused() => Assert.Equal(
        ["unknown_output_key"], Draft.Manual().Node("switch", "FLOW.SWITCH", """{"cases":["true"]}""").Step("a")
            .Connect("start -> switch", "switch.case_7 -> a").Validate().Errors.Select(error => error.Code));

    [Fact]
    public void A_split_sends_the_whole_to_each_predicate_that_holds_and_parts_to_their_keys()
    {
        var run = Run.Of(
            Draft.Manual().Node("split", "FLOW.SPLIT", """{"predicate_paths":{"big":"$json.n > 1","small":"$json.n < 1"},"by_key":["rows","none"]}""")
                .Step("big").Step("small").Step("rows").Step("none").Step("rest")
                .Connect("start -> split", "split.big -> big", "split.small -> small", "split.rows -> rows", "split.none -> none", "split.result -> rest"),
            """{"n":2,"rows":[7,8]}""");

        Assert.Equal(["big", "rows"], new[] { "big", "small", "rows", "none", "rest" }.Where(id => run.Status(id) == NodeStatus.Success));
        Assert.Equal("[7,8]", run.Output("rows")["merged_data"].ToString());
    }

    [Fact]
    public void A_split_that_goes_nowhere_gives_its_result() => Assert.Equal(
        NodeStatus.Success, Run.Of(Draft.Manual().Node("split", "FLOW.SPLIT", """{"by_key":["none"]}""").Step("rest").Connect("start -> split", "split -> rest")).Status("rest"));
}
