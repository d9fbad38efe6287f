using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes;
using AiTeams.WorkflowEngine.Core.Expressions;
using AiTeams.WorkflowEngine.Core.Graph;
using FsCheck;
using FsCheck.Fluent;

namespace AiTeams.WorkflowEngine.Core.Tests.Definitions;

/// <summary>No document brings the validator down, and what it lets through compiles and runs.</summary>
public sealed class ValidationProperties
{
    private static readonly JsonData Sound = Draft.Manual()
        .Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://example.test/{{$json.id}}","headers":{"a":"b"},"auth_type":"bearer","auth_config":{"token":"t"}}""")
        .Node("keep", "FLOW.FILTER", """{"conditions":[{"field":"x","operator":"equals","value":"{{item.y}}"},"item.z > 1"],"filter_mode":"partition"}""")
        .Node("sort", "FLOW.SORT", """{"sort_field":"x"}""", """{"input_params":{"data":"{{$node['call'].result.json}}"},"attached_nodes":[]}""")
        .Node("shape", "ACTION.DATA_TRANSFORMATION", """{"operation":"map","field_mapping":{"a":"b","c":"{{item.d}}"}}""")
        .Node("choose", "FLOW.IF", """{"condition_expression":"$json.x == 1"}""", """{"on_error":"CONTINUE_ERROR_OUTPUT_ON_ERROR","disabled":false}""")
        .Node("join", "FLOW.MERGE").Node("wait", "FLOW.DELAY", """{"duration_seconds":1}""")
        .Connect("start -> call", "call -> keep", "keep.passed -> sort", "keep.filtered -> shape", "sort -> choose", "choose.true -> join", "shape -> join", "join -> wait")
        .With("settings", """{"timeout":60}""").With("triggers", """["start"]""").ToJson();

    private static readonly JsonData[] Oddities =
    [
        JsonData.Null, JsonData.True, JsonData.EmptyObject, JsonData.EmptyArray, 0, -1, 1e300, "", " ", "start", "call", "{{", "{{1}}", "{{$placeholder}}", "x.y",
        "FLOW", "TRIGGER", "MERGE", "true", "error", JsonData.Parse("[[]]"), JsonData.Parse("[null]"), JsonData.Parse("{\"a\":[{\"b\":\"{{c}}\"}]}"), JsonData.Array("start", "start"),
        new string('x', 300), "\"quote/~slash",
    ];

    [Fact]
    public void Whatever_is_bent_in_a_document_is_reported_or_runs()
        => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new System.Random(seed);
            var document = Sound;
            for (var bends = 1 + random.Next(3); bends > 0; bends--)
            {
                document = Bend(document, random);
            }

            var result = WorkflowValidator.Validate(document);

            Assert.All(result.Errors.Concat(result.Warnings), problem => Assert.True(problem.Pointer.Length == 0 || problem.Pointer[0] == '/'));
            if (result.IsValid)
            {
                RunToTheEnd(CompiledWorkflow.Compile(result.Document!));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void Whatever_stands_between_braces_compiles_or_is_refused()
    {
        string[] parts = ["$json", ".a", "[0]", "(", ")", "{", "}", "{{", "}}", "'t'", "\"", "\\", "1", "1.5e3", "+", "-", "!", "&&", "||", "==", "?", ":", ",", "len", "regex(", "if(", "item", " ", "é", "$node[", "]"];
        Prop.ForAll(Gen.Elements(parts).ListOf().Select(list => string.Concat(list)).ToArbitrary(), source =>
        {
            try
            {
                Template.Compile("{{" + source + "}}").Render(ExpressionScope.Empty);
            }
            catch (ExpressionException exception)
            {
                Assert.InRange(exception.Position, 0, source.Length + 4);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static void RunToTheEnd(CompiledWorkflow workflow)
    {
        foreach (var trigger in workflow.TriggerIds.Distinct())
        {
            var state = ExecutionState.Begin(workflow, Run.StartOf(JsonData.Parse("""{"id":1,"items":[{"x":1}]}"""), trigger));
            var pending = new Queue<PendingStep>(state.Advance(Run.Noon));
            while (pending.TryDequeue(out var step))
            {
                _ = step.Step is NodeStep.Wait
                    ? state.CompleteWait(step.Run, Run.Noon)
                    : state.CompleteCall(step.Run, new HttpResult { StatusCode = 200, Body = "[{\"x\":1}]"u8.ToArray() }, Run.Noon);
                foreach (var next in state.Advance(Run.Noon))
                {
                    pending.Enqueue(next);
                }
            }

            Assert.True(state.IsFinished);
            Assert.DoesNotContain(state.DrainChanges(), row => row.Error["error_code"].Text == "internal_error");
        }
    }

    /// <summary>Replaces, removes or doubles something somewhere.</summary>
    private static JsonData Bend(JsonData value, System.Random random)
    {
        if (value.Count == 0 || random.Next(8) == 0)
        {
            return Oddities[random.Next(Oddities.Length)];
        }

        var place = random.Next(value.Count);
        if (value.IsArray)
        {
            var items = value.Items.ToArray().ToList();
            switch (random.Next(6))
            {
                case 0:
                    items.RemoveAt(place);
                    break;
                case 1:
                    items.Insert(random.Next(items.Count), items[place]);
                    break;
                default:
                    items[place] = Bend(items[place], random);
                    break;
            }

            return JsonData.Array(items);
        }

        var builder = new JsonObjectBuilder();
        for (var at = 0; at < value.Count; at++)
        {
            var (name, field) = value.Fields[at];
            if (at != place)
            {
                builder.Set(name, field);
            }
            else if (random.Next(6) != 0)
            {
                builder.Set(random.Next(8) == 0 ? name + "x" : name, Bend(field, random));
            }
        }

        return builder.Build();
    }
}
