using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Definitions;

/// <summary>What the catalogue promises in its examples is what the nodes do.</summary>
public sealed class ExampleTests
{
    public static TheoryData<string, int> Examples
    {
        get
        {
            var examples = new TheoryData<string, int>();
            foreach (var spec in NodeCatalog.Active)
            {
                for (var index = 0; index < spec.Examples.Count; index++)
                {
                    examples.Add($"{spec.Type}.{spec.Subtype}", index);
                }
            }

            return examples;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_of_a_node_that_can_run_comes_out_as_it_says(string key, int index)
    {
        var example = NodeCatalog.Find(key.Split('.')[0], key.Split('.')[1])!.Examples[index];

        // What a trigger is fed is the event, which all but MANUAL pass on as it is.
        var output = key.StartsWith("TRIGGER.", StringComparison.Ordinal)
            ? Run.Of(
                new Draft().Node("n", key, example.Configurations.ToString()), (key == "TRIGGER.MANUAL" ? example.Input : example.Output).ToString(), trigger: "n").Output("n")
            : Finish(Fed(key, example), key, example).State.OutputsOf("n")[example.Port];

        Assert.All(example.Output.Fields.ToArray(), field => Assert.Equal((field.Key, field.Value), (field.Key, output[field.Key])));
    }

    // What the trigger gives as data goes before what the document gives: the rest of the input stands there.
    private static Run Fed(string key, ExampleSpec example) => Run.Of(
        Draft.Manual()
            .Node("n", key, example.Configurations.ToString(), JsonData.Object(("input_params", example.Input)).ToString())
            .Connect("start -> n"),
        example.Input["data"].IsMissing ? "{}" : example.Input["data"].ToString());

    private static Run Finish(Run run, string key, ExampleSpec example) => key switch
    {
        "FLOW.DELAY" => run.Elapse("n", TimeSpan.FromSeconds(30)),
        "FLOW.WAIT" => run.Signal("n", example.Output["trigger_data"].ToString()),
        "FLOW.SUB_WORKFLOW" => run.Answer("n", new WorkflowResult { ExecutionId = "exec_7", Status = "SUCCESS", Output = example.Output["output"] }),
        "ACTION.RUN_CODE" => run.Answer("n", new CodeResult { Results = JsonData.Array(example.Output) }),
        "ACTION.HTTP_REQUEST" => run.Answer("n", 200, example.Output["json"].ToString()),
        "ACTION.WEBHOOK_CALL" => run.Answer("n", 200, example.Output["json"].ToString()),
        "ACTION.DATABASE_QUERY" => run.Answer("n", new QueryResult { Rows = example.Output["rows"], RowCount = 1 }),
        _ when key.StartsWith("HUMAN_IN_THE_LOOP.", StringComparison.Ordinal) =>
            run.Signal("n", JsonData.Object(("outcome", example.Port), ("answer", example.Output)).ToString()),
        _ => run,
    };
}
