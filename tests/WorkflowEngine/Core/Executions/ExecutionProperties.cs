using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Core.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace AiTeams.WorkflowEngine.Core.Tests.Executions;

/// <summary>What holds for every workflow, whatever it looks like and wherever it was interrupted.</summary>
public sealed class ExecutionProperties
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(150);

    [Fact]
    public void Every_run_ends_and_every_node_runs_at_most_once()
        => Prop.ForAll(Workflows.ToArbitrary(), Seeds.ToArbitrary(), (workflow, seed) =>
        {
            var random = new Dice(seed);
            var state = ExecutionState.Begin(workflow, Run.StartOf(JsonData.EmptyObject));
            var begun = new HashSet<NodeRun>();
            var rows = new Dictionary<NodeRun, NodeRecord>();
            var pending = new List<PendingStep>();
            for (var round = 0; round < 1000 && !state.IsFinished; round++)
            {
                foreach (var run in state.TakeReady())
                {
                    Assert.True(begun.Add(run), $"{run} began twice.");
                    var step = state.Begin(run, Run.Noon);
                    if (step is NodeStep.Call or NodeStep.Wait)
                    {
                        pending.Add(new(run, step));
                    }
                }

                Settle(state, pending, random);
                foreach (var row in state.DrainChanges())
                {
                    rows[row.Run] = row;
                }
            }

            Assert.True(state.IsFinished, "The run does not end.");
            Assert.Equal(0, state.InFlight + state.Waiting);
            Assert.All(rows.Values, row => Assert.True(row.Status.IsTerminal()));
            Assert.True(state.Outcome is not ExecutionStatus.Success || rows.Count == state.TotalNodes);
        }).Check(Quick);

    [Fact]
    public void Interrupted_anywhere_and_restored_a_run_writes_the_same_rows()
        => Prop.ForAll(Workflows.ToArbitrary(), Seeds.ToArbitrary(), Seeds.ToArbitrary(), (workflow, answers, kills) =>
        {
            var straight = Play(workflow, answers, killEvery: null);
            var interrupted = Play(workflow, answers, new Dice(kills));

            Assert.Equal(straight.Outcome, interrupted.Outcome);
            Assert.Equal(straight.Rows, interrupted.Rows);
        }).Check(Quick);

    [Fact]
    public void A_node_runs_exactly_when_something_was_delivered_to_it()
        => Prop.ForAll(Workflows.ToArbitrary(), Seeds.ToArbitrary(), (workflow, seed) =>
        {
            var (outcome, rows) = Play(workflow, seed, killEvery: null);
            if (outcome != ExecutionStatus.Success)
            {
                return;
            }

            foreach (var node in workflow.Nodes.Where(node => node.Incoming.Count > 0 && rows.ContainsKey(node.Id)))
            {
                var delivered = node.Incoming.Any(edge => rows.TryGetValue(workflow.Nodes[edge.From].Id, out var source) && !source.Output[edge.Port].IsNull);
                Assert.Equal(delivered, !rows[node.Id].Output.IsMissing);
            }
        }).Check(Quick);

    /// <summary>Answers each call and wait the same way whoever asks and whenever, so that two runs can be compared.</summary>
    private static (ExecutionStatus? Outcome, SortedDictionary<string, NodeRecord> Rows) Play(CompiledWorkflow workflow, int seed, Dice? killEvery)
    {
        var start = Run.StartOf(JsonData.Parse("""{"x":1}"""));
        var state = ExecutionState.Begin(workflow, start);
        var rows = new SortedDictionary<string, NodeRecord>(StringComparer.Ordinal);
        var pending = Asked(state).ToList();
        while (!state.IsFinished)
        {
            Save();
            if (killEvery?.Next(3) == 0)
            {
                state = ExecutionState.Restore(workflow, start, rows.Values.ToList(), Run.Noon);
                pending = [.. state.Waits(Run.Noon), .. Asked(state)];
            }

            // The order of answers must not depend on how often the run was interrupted.
            var next = pending.MinBy(step => step.Run.NodeId, StringComparer.Ordinal);
            pending.Remove(next);
            Answer(state, next, new Dice(seed ^ workflow.Find(next.Run.NodeId)!.Index));
            pending.AddRange(Asked(state));
        }

        Save();
        return (state.Outcome, rows);

        void Save()
        {
            foreach (var row in state.DrainChanges())
            {
                rows[row.NodeId] = row;
            }
        }
    }

    // The limit of a MERGE is left out: it only tells how long the rest may take.
    private static IEnumerable<PendingStep> Asked(ExecutionState state) =>
        state.Advance(Run.Noon).Where(asked => asked.Step is not NodeStep.Wait { Reason: ExecutionState.MergeReason });

    private static void Settle(ExecutionState state, List<PendingStep> pending, Dice dice)
    {
        for (var at = pending.Count - 1; at >= 0; at--)
        {
            if (dice.Next(2) == 0)
            {
                var step = pending[at];
                pending.RemoveAt(at);
                Answer(state, step, dice);
            }
        }
    }

    private static void Answer(ExecutionState state, PendingStep step, Dice dice)
    {
        if (step.Step is NodeStep.Wait)
        {
            state.CompleteWait(step.Run, Run.Noon.AddSeconds(5));
        }
        else
        {
            state.CompleteCall(step.Run, new HttpResult { StatusCode = dice.Next(4) == 0 ? 500 : 200, Body = "{\"n\":1}"u8.ToArray() }, Run.Noon);
        }
    }

    private static Gen<int> Seeds => Gen.Choose(0, int.MaxValue);

    private static Gen<CompiledWorkflow> Workflows => Seeds.Select(Grow);

    /// <summary>A random graph without cycles: edges lead from earlier nodes to later ones.</summary>
    private static CompiledWorkflow Grow(int seed)
    {
        var dice = new Dice(seed);
        var draft = Draft.Manual();
        var ports = new List<(string Id, string[] Ports)> { ("start", ["result"]) };
        var count = 1 + dice.Next(14);
        for (var at = 0; at < count; at++)
        {
            var id = $"n{at}";
            string[] strategies = ["STOP_WORKFLOW_ON_ERROR", "CONTINUE_REGULAR_OUTPUT_ON_ERROR", "CONTINUE_ERROR_OUTPUT_ON_ERROR", "CONTINUE_ERROR_OUTPUT_ON_ERROR"];
            var extras = $$"""{"on_error":"{{strategies[dice.Next(4)]}}","disabled":{{(dice.Next(8) == 0 ? "true" : "false")}}}""";
            switch (dice.Next(5))
            {
                case 0:
                    draft.Node(id, "FLOW.IF", $$"""{"condition_expression":"{{(dice.Next(2) == 0 ? "true" : "false")}}"}""", extras);
                    ports.Add((id, ["true", "false"]));
                    break;
                case 1:
                    draft.Node(id, "FLOW.DELAY", "{}", extras);
                    ports.Add((id, ["result"]));
                    break;
                case 2:
                    draft.Node(id, "ACTION.HTTP_REQUEST", """{"url":"http://example.test"}""", extras);
                    ports.Add((id, ["result", "error"]));
                    break;
                default:
                    draft.Step(id, extras);
                    ports.Add((id, ["result", "error"]));
                    break;
            }

            for (var edge = dice.Next(4); edge > 0; edge--)
            {
                var (from, choices) = ports[dice.Next(at + 1)];
                draft.Connect($"{from}.{choices[dice.Next(choices.Length)]} -> {id}");
            }
        }

        return draft.Compile();
    }

    /// <summary>Chance that repeats.</summary>
    private sealed class Dice(int seed)
    {
        private uint _state = (uint)seed * 2654435761u + 1;

        public int Next(int sides)
        {
            _state ^= _state << 13;
            _state ^= _state >> 17;
            _state ^= _state << 5;
            return (int)(_state % (uint)sides);
        }
    }
}
