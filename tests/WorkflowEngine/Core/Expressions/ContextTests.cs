using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Tests.Expressions;

/// <summary>What a node's expressions see of the run they are part of.</summary>
public sealed class ContextTests
{
    [Theory]
    [InlineData("$execution.id + ' ' + $execution.mode + ' ' + $execution.trigger_node_id", "\"exec_1 MANUAL start\"")]
    [InlineData("$execution.started_at", "\"2026-03-01T12:00:00.000Z\"")]
    [InlineData("$workflow.name + ' ' + $workflow.timezone", "\"Draft Asia/Tokyo\"")]
    [InlineData("$now", "\"2026-03-01T21:00:00.000+09:00\"")]
    [InlineData("$today.formatDate('d MMMM')", "\"1 March\"")]
    [InlineData("date('2026-03-01').toMillis()", "1772290800000")]
    [InlineData("[10, 20].map(x => x + index)", "[10,20]")]
    public void A_node_sees_its_run_and_its_workflow(string source, string expected)
    {
        var run = Run.Of(
            Draft.Manual().With("settings", """{"timezone":"Asia/Tokyo"}""")
                .Node("t", "ACTION.DATA_TRANSFORMATION", JsonData.Object(("operation", "custom"), ("transformation_script", source)).ToString()).Connect("start -> t"),
            """{"index":0}""");

        Assert.Null(run.State.Failure);
        Assert.Equal(JsonData.Parse(expected), run.Output("t")["transformed_data"]);
    }

    [Fact]
    public void A_timezone_that_is_none_is_refused_when_saving()
    {
        var problem = Assert.Single(Draft.Manual().With("settings", """{"timezone":"Europe/Kyif"}""").Validate().Errors);

        Assert.Equal(("unknown_timezone", "/settings/timezone"), (problem.Code, problem.Pointer));
        Assert.Empty(Draft.Manual().With("settings", """{"timezone":{"name":"Europe/Kyiv"}}""").Validate().Errors);
    }

    [Fact]
    public void A_path_and_a_comparison_allocate_next_to_nothing()
    {
        var expression = Expression.Compile("$json.person.age >= 18 && $json.person.name != null");
        expression.IsTrue(Expect.Scope);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1000; round++)
        {
            expression.IsTrue(Expect.Scope);
        }

        // The evaluation itself is one small object.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 1000, 0, 120);
    }

    [Fact]
    public void A_node_spends_from_one_purse_over_all_its_items()
    {
        var items = string.Join(',', Enumerable.Repeat("1", 400));
        var run = Run.Of(
            Draft.Manual().Node("f", "FLOW.FILTER", """{"conditions":["range(10000).map(x => x + item).sum() > 0"]}""").Connect("start -> f"),
            $$"""{"items":[{{items}}]}""");

        Assert.Contains("The node's expressions take more than", run.State.Failure!.Cause.Message, StringComparison.Ordinal);
    }
}
