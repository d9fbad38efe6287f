using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Core.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace AiTeams.WorkflowEngine.Core.Tests.Executions;

/// <summary>Running again from a node, from a node on, and one node alone.</summary>
public sealed class RerunPlanTests
{
    private static readonly Draft Diamond = Draft.Manual().Pass("a").Pass("left").Pass("right").Step("join").Pass("end")
        .Connect("start -> a", "a.true -> left", "a.true -> right", "left.true -> join", "right.true -> join", "join -> end");

    private static readonly Draft Loop = Draft.Manual().Pass("before").Node("each", "FLOW.FOR_EACH", """{"items_source":"{{ [1,2,3] }}"}""")
        .Pass("body").Pass("after").Pass("beside")
        .Connect("start -> before", "before.true -> each", "each.iteration -> body", "each.completed -> after", "start -> beside");

    [Fact]
    public void What_lies_before_the_node_and_beside_it_is_kept()
    {
        var (plan, again) = Rerun(Diamond.Compile(), "left");

        Assert.Equal(["a", "right", "start"], plan.KeptNodeIds.Order());
        Assert.Equal(["end", "join", "left"], again.Ran.Order());
        Assert.Equal(ExecutionStatus.Success, again.State.Outcome);
    }

    [Theory]
    [InlineData("each")]
    [InlineData("body")]
    public void A_node_in_a_loop_is_run_again_with_its_loop(string from)
    {
        var (plan, again) = Rerun(Loop.Compile(), from);

        Assert.Equal("each", plan.FromNodeId);
        Assert.Equal(["before", "beside", "start"], plan.KeptNodeIds.Order());
        Assert.Equal(["after", "body", "body", "body", "each"], again.Ran.Order());
    }

    [Fact]
    public void A_loop_before_the_node_is_kept_with_all_its_iterations()
    {
        var (plan, again) = Rerun(Loop.Compile(), "after");

        Assert.Equal(["before", "beside", "body", "each", "start"], plan.KeptNodeIds.Order());
        Assert.Equal(["after"], again.Ran);
    }

    [Fact]
    public void What_failed_beside_the_node_is_tried_again_too()
    {
        var workflow = Draft.Manual().Pass("good").Node("bad", "ACTION.HTTP_REQUEST", """{"url":"http://example.test"}""").Pass("behind")
            .Connect("start -> good", "start -> bad", "bad -> behind").Compile();
        var first = Run.Of(workflow).Answer("bad", 404);
        Assert.Equal(ExecutionStatus.Error, first.State.Outcome);

        var (plan, _) = RerunPlan.Of(workflow, first.State.Start, "good", workflow, first.Rows);

        Assert.Equal(["start"], plan!.KeptNodeIds);
    }

    [Fact]
    public void In_another_version_only_what_is_still_there_is_kept()
    {
        var first = Run.Of(Diamond);
        var newer = Draft.Manual().Pass("a").Pass("left").Node("right", "FLOW.DELAY").Step("join").Pass("end").Pass("more")
            .Connect("start -> a", "a.true -> left", "a.true -> right", "left.true -> join", "right -> join", "a.true -> more", "join -> end").Compile();

        var (plan, _) = RerunPlan.Of(newer, first.State.Start, "end", first.State.Workflow, first.Rows);

        Assert.Equal(["a", "left", "start"], plan!.KeptNodeIds.Order());
    }

    [Fact]
    public void A_loop_whose_body_has_changed_is_run_again()
    {
        var first = Run.Of(Loop);
        var newer = Draft.Manual().Pass("before").Node("each", "FLOW.FOR_EACH", """{"items_source":"{{ [1,2,3] }}"}""")
            .Pass("body").Pass("second").Pass("after").Pass("beside")
            .Connect("start -> before", "before.true -> each", "each.iteration -> body", "body.true -> second", "each.completed -> after", "start -> beside").Compile();

        Assert.Equal(["before", "beside", "start"], RerunPlan.Of(newer, first.State.Start, "after", first.State.Workflow, first.Rows).Plan!.KeptNodeIds.Order());
    }

    [Theory]
    [InlineData("nobody", "unknown_node")]
    [InlineData("lost", "unreachable_node")]
    public void What_cannot_be_run_from_is_refused(string from, string code)
    {
        var workflow = Draft.Manual().Pass("a").Node("other", "TRIGGER.MANUAL").Pass("lost").Connect("start -> a", "other -> lost").Compile();
        var first = Run.Of(workflow);

        Assert.Equal(code, RerunPlan.Of(workflow, first.State.Start, from, workflow, first.Rows).Problem!.Value.Code);
    }

    [Fact]
    public void Data_for_a_node_takes_the_place_of_what_its_connections_give()
    {
        var workflow = Diamond.Compile();
        var first = Run.Of(workflow, """{"x":1}""");
        var start = first.State.Start with { Given = new GivenInput("join", JsonData.Parse("""[{"y":2}]""")) };
        var plan = RerunPlan.Of(workflow, start, "join", workflow, first.Rows).Plan!;

        var again = Again(workflow, start, plan, first.Rows);

        Assert.Contains("\"y\":2", again.Rows.Single(row => row.NodeId == "join").Output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"x\":1", again.Rows.Single(row => row.NodeId == "join").Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_on_the_branch_that_was_not_taken_runs_when_it_is_given_data()
    {
        var workflow = Draft.Manual().Node("if", "FLOW.IF", """{"condition_expression":"true"}""").Pass("yes").Pass("no")
            .Connect("start -> if", "if.true -> yes", "if.false -> no").Compile();
        var first = Run.Of(workflow);
        Assert.Equal(NodeStatus.Skipped, first.Status("no"));
        var start = first.State.Start with { Given = new GivenInput("no", JsonData.Parse("{}")) };

        var again = Again(workflow, start, RerunPlan.Of(workflow, start, "no", workflow, first.Rows).Plan!, first.Rows);

        Assert.Equal(["no"], again.Ran);
    }

    [Theory]
    [InlineData("left", false, "end join left")]
    [InlineData("left", true, "left")]
    [InlineData("start", false, "a end join left right start")]
    public void A_part_of_a_workflow_runs_from_its_node_on_or_that_node_alone(string from, bool alone, string ran)
    {
        var run = Part(Diamond.Compile(), from, alone);

        Assert.Equal(ran, string.Join(' ', run.Ran.Order()));
        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
        Assert.Equal(1, run.Rows.Single(row => row.NodeId == from).Input["x"].TryGetInteger(out var x) ? x : from == "start" ? 1 : 0);
    }

    [Fact]
    public void A_loop_alone_runs_with_its_body()
    {
        var run = Part(Loop.Compile(), "each", alone: true);

        Assert.Equal(["body", "body", "body", "each"], run.Ran.Order());
        Assert.Equal(ExecutionStatus.Success, run.State.Outcome);
    }

    [Theory]
    [InlineData("body", "node_in_loop")]
    [InlineData("nobody", "unknown_node")]
    public void A_part_cannot_begin_just_anywhere(string nodeId, string code) =>
        Assert.Equal(code, PartialRun.Problem(Loop.Compile(), nodeId)!.Value.Code);

    [Fact]
    public void Run_again_from_any_node_with_the_same_data_a_workflow_gives_the_same()
        => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), Gen.Choose(0, 1000).ToArbitrary(), (seed, pick) =>
        {
            var workflow = Grow(new Random(seed));
            var first = Drive(ExecutionState.Begin(workflow, Run.StartOf(JsonData.Parse("""{"x":1}"""))), []);
            var from = workflow.Nodes[pick % workflow.Nodes.Count].Id;
            var (plan, problem) = RerunPlan.Of(workflow, first.State.Start, from, workflow, first.Rows);
            if (plan is null)
            {
                Assert.Equal("unreachable_node", problem!.Value.Code);
                return;
            }

            var again = Again(workflow, first.State.Start, plan, first.Rows);

            Assert.Equal(first.State.Outcome, again.State.Outcome);
            if (first.State.Outcome == ExecutionStatus.Success)
            {
                Assert.Equal(Texts(first.Rows), Texts(again.Rows));
            }

            Assert.DoesNotContain(again.Ran, plan.KeptNodeIds.Contains);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    private static (RerunPlan Plan, Played Again) Rerun(CompiledWorkflow workflow, string from)
    {
        var first = Run.Of(workflow, """{"x":1}""");
        var plan = RerunPlan.Of(workflow, first.State.Start, from, workflow, first.Rows).Plan!;
        return (plan, Again(workflow, first.State.Start, plan, first.Rows));
    }

    private static Played Part(CompiledWorkflow workflow, string nodeId, bool alone)
    {
        var data = JsonData.Parse("""{"x":1}""");
        return Drive(ExecutionState.Begin(workflow, Run.StartOf(data) with { Part = new(nodeId, alone), Given = new(nodeId, data) }), []);
    }

    private static Played Again(CompiledWorkflow workflow, ExecutionStart start, RerunPlan plan, IEnumerable<NodeRecord> rows)
    {
        var kept = rows.Where(row => plan.KeptNodeIds.Contains(row.NodeId)).ToList();
        return Drive(ExecutionState.Restore(workflow, start, kept, Run.Noon), kept);
    }

    /// <summary>Answers every call the same way, whoever asks and when.</summary>
    private static Played Drive(ExecutionState state, IReadOnlyList<NodeRecord> kept)
    {
        var rows = kept.ToDictionary(row => row.Run);
        var ran = new List<string>();
        for (var round = 0; round < 200; round++)
        {
            var asked = state.Advance(Run.Noon);
            foreach (var row in state.DrainChanges())
            {
                rows[row.Run] = row;
                ran.AddRange(row.Status is NodeStatus.Success or NodeStatus.Error ? [row.NodeId] : []);
            }

            if (state.IsFinished)
            {
                break;
            }

            foreach (var (run, step) in asked.OrderBy(step => step.Run.NodeId, StringComparer.Ordinal))
            {
                if (step is NodeStep.Call)
                {
                    var body = System.Text.Encoding.UTF8.GetBytes($$"""{"from":"{{run.NodeId}}"}""");
                    state.CompleteCall(run, new HttpResult { StatusCode = run.NodeId.EndsWith('3') ? 404 : 200, Body = body }, Run.Noon);
                }
                else if (step is NodeStep.Wait wait)
                {
                    state.Fire(run, wait.Reason, Run.Noon);
                }
            }
        }

        Assert.True(state.IsFinished, "The run does not end.");
        return new Played(state, [.. rows.Values], ran);
    }

    private static string[] Texts(IEnumerable<NodeRecord> rows) =>
        [.. rows.Select(row => $"{row.NodeId} {row.Iteration} {row.Status} {row.Input} -> {row.Output} {row.Error}").Order(StringComparer.Ordinal)];

    private static CompiledWorkflow Grow(Random dice)
    {
        var draft = Draft.Manual();
        var ports = new List<(string Id, string[] Ports)> { ("start", ["result"]) };
        var count = 1 + dice.Next(10);
        for (var at = 0; at < count; at++)
        {
            var id = $"n{at}";
            switch (dice.Next(4))
            {
                case 0:
                    draft.Node(id, "FLOW.IF", $$"""{"condition_expression":"{{(dice.Next(2) == 0 ? "true" : "false")}}"}""");
                    ports.Add((id, ["true", "false"]));
                    break;
                case 1:
                    draft.Node(id, "ACTION.HTTP_REQUEST", """{"url":"http://example.test"}""",
                        dice.Next(3) == 0 ? "{}" : """{"on_error":"CONTINUE_ERROR_OUTPUT_ON_ERROR"}""");
                    ports.Add((id, ["result", "error"]));
                    break;
                case 2:
                    draft.Node(id, "FLOW.FOR_EACH", """{"items_source":"{{ [1,2] }}"}""").Pass($"{id}body").Connect($"{id}.iteration -> {id}body");
                    ports.Add((id, ["completed"]));
                    break;
                default:
                    draft.Pass(id, dice.Next(6) == 0 ? """{"disabled":true}""" : "{}");
                    ports.Add((id, ["true"]));
                    break;
            }

            var (from, choices) = ports[dice.Next(at + 1)];
            draft.Connect($"{from}.{choices[dice.Next(choices.Length)]} -> {id}");
            if (dice.Next(3) == 0)
            {
                (from, choices) = ports[dice.Next(at + 1)];
                draft.Connect($"{from}.{choices[dice.Next(choices.Length)]} -> {id}");
            }
        }

        return draft.Compile();
    }

    private sealed record Played(ExecutionState State, IReadOnlyList<NodeRecord> Rows, IReadOnlyList<string> Ran);
}
