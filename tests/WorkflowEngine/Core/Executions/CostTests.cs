using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Tests.Executions;

public sealed class CostTests
{
    /// <summary>Allocation does not depend on how busy the machine is, so it is what a test can hold the hot path to.</summary>
    [Fact]
    public void Three_nodes_cost_a_few_kilobytes_and_no_copy_of_the_payload()
    {
        var workflow = Draft.Manual().Node("choose", "FLOW.IF", """{"condition_expression":"$json.amount > 10"}""").Step("join")
            .Connect("start -> choose", "choose.true -> join").Compile();
        var items = string.Join(',', Enumerable.Range(0, 5000).Select(at => $$"""{"n":{{at}}}"""));
        var start = Run.StartOf(JsonData.Parse($$"""{"amount":42,"large":[{{items}}]}"""));
        Walk(1000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Walk(1000);
        var perRun = (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;

        Assert.InRange(perRun, 1, 8192);

        void Walk(int times)
        {
            for (var time = 0; time < times; time++)
            {
                var state = ExecutionState.Begin(workflow, start);
                state.Advance(Run.Noon);
                Assert.Equal(3, state.DrainChanges().Count);
            }
        }
    }
}
