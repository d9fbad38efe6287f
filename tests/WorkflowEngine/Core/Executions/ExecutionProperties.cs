using System.Diagnostics.CodeAnalysis;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Graph;
using FsCheck;
using FsCheck.Fluent;

namespace AiTeams.WorkflowEngine.Core.Tests.Executions;

/// <summary>
/// What holds for every workflow, whatever it looks like and wherever it was interrupted. Three numbers are a whole case: a failing one is
/// printed, and PROPERTY_CASE=&lt;a,b,c&gt; plays it alone. PROPERTY_RUNS=&lt;count&gt; tries more of them than the usual.
/// </summary>
public sealed class ExecutionProperties
{
    private const int Usual = 300;

    [Fact]
    public void Every_run_ends_and_leaves_nothing_open()
        => Check((graph, seed, _) =>
        {
            var dice = new Dice(seed);
            var play = new Play(RandomWorkflow.Grow(graph));
            while (!play.State.IsFinished)
            {
                play.Happen(play.Pending[dice.Next(play.Pending.Count)], dice.Next(5) == 0 ? 500 : 200);
            }

            Assert.Equal((0, 0), (play.State.InFlight, play.State.Waiting));
            Assert.All(play.Rows.Values, row => Assert.True(row.Status.IsTerminal(), $"{row.Run} is {row.Status}"));
            var outside = play.Rows.Values.Count(row => IsOutsideLoops(play.Workflow.Find(row.NodeId)!));
            Assert.True(play.State.Outcome is not ExecutionStatus.Success || outside == play.State.TotalNodes);
        });

    [Fact]
    public void A_call_is_made_once_per_attempt_and_always_with_the_same_key()
        => Check((graph, seed, _) =>
        {
            var dice = new Dice(seed);
            var play = new Play(RandomWorkflow.Grow(graph));
            var made = new Dictionary<string, int>();
            for (var seen = 0; !play.State.IsFinished; seen = play.Asked.Count)
            {
                foreach (var (run, step) in play.Asked.Skip(seen).Where(asked => asked.Step is NodeStep.Call))
                {
                    var key = ((NodeStep.Call)step).What.IdempotencyKey;
                    Assert.Equal(run.IdempotencyKey("exec_1"), key);
                    made[key] = made.GetValueOrDefault(key) + 1;
                    Assert.Equal(made[key], 1 + play.Rows[run].RetryCount);
                }

                play.Happen(play.Pending[dice.Next(play.Pending.Count)], dice.Next(3) == 0 ? 503 : 200);
            }
        });

    [Fact]
    public void Interrupted_anywhere_and_restored_a_run_writes_the_same_rows()
        => Check((graph, answers, kills) =>
        {
            var workflow = RandomWorkflow.Grow(graph);
            var straight = Played(workflow, answers, kills: null);
            var interrupted = Played(workflow, answers, new Dice(kills));

            Assert.Equal(straight.State.Outcome, interrupted.State.Outcome);
            Assert.Equal(straight.Rows, interrupted.Rows);
        });

    [Fact]
    public void Cancelled_or_timed_out_at_any_moment_everything_open_is_canceled_and_nothing_happens_after_it()
        => Check((graph, seed, _) =>
        {
            var dice = new Dice(seed);
            var play = new Play(RandomWorkflow.Grow(graph));
            for (var left = dice.Next(12); left > 0 && !play.State.IsFinished; left--)
            {
                play.Happen(play.Pending[dice.Next(play.Pending.Count)], 200);
            }

            var wasFinished = play.State.IsFinished;
            var outstanding = play.Pending.ToList();
            var ended = dice.OneIn(2) ? play.State.Cancel(play.Now) : play.State.TimeOut(play.Now);
            play.Save();
            var rows = play.Rows.ToDictionary();
            foreach (var late in outstanding)
            {
                play.Happen(late, 200);
            }

            Assert.Equal(!wasFinished, ended);
            Assert.False(play.State.Cancel(play.Now));
            Assert.Equal((0, 0), (play.State.InFlight, play.State.Waiting));
            Assert.All(play.Rows.Values, row => Assert.True(row.Status.IsTerminal(), $"{row.Run} is {row.Status}"));
            Assert.Equal(rows, play.Rows.ToDictionary());
        });

    [Fact]
    public void What_comes_twice_or_too_late_changes_nothing()
        => Check((graph, seed, _) =>
        {
            var dice = new Dice(seed);
            var play = new Play(RandomWorkflow.Grow(graph));
            var past = new List<PendingStep>();
            while (!play.State.IsFinished)
            {
                var next = play.Pending[dice.Next(play.Pending.Count)];
                play.Happen(next, 200);
                past.Add(next);
                var again = past[dice.Next(past.Count)];
                if (!play.Pending.Exists(open => open.Run == again.Run))
                {
                    var before = play.Rows.ToDictionary();
                    play.Happen(again, 200);
                    Assert.Equal(before, play.Rows.ToDictionary());
                }
            }
        });

    [Fact]
    public void A_node_runs_exactly_when_something_was_delivered_to_it()
        => Check((graph, seed, _) =>
        {
            var play = Played(RandomWorkflow.Grow(graph), seed, kills: null);
            if (play.State.Outcome != ExecutionStatus.Success)
            {
                return;
            }

            foreach (var node in play.Workflow.Nodes.Where(node => node.Incoming.Count > 0 && IsOutsideLoops(node)))
            {
                var sources = node.Incoming.Select(edge => (edge.Port, Node: play.Workflow.Nodes[edge.From])).ToList();
                if (sources.TrueForAll(source => IsOutsideLoops(source.Node)) && play.Rows.TryGetValue(new(node.Id), out var row))
                {
                    var delivered = sources.Exists(source => play.Rows.TryGetValue(new(source.Node.Id), out var from) && Carries(source.Node, from, source.Port));
                    Assert.Equal(delivered, row.StartedAt is not null);
                }
            }
        });

    [Fact]
    public void Where_data_does_not_depend_on_it_the_order_of_answers_does_not_matter()
        => Check((graph, seed, _) =>
        {
            var workflow = RandomWorkflow.Grow(graph);
            var inOrder = CallsOnly(workflow, new Dice(1), reversed: false);
            var otherwise = CallsOnly(workflow, new Dice(seed), reversed: true);

            if (inOrder is not null && otherwise is not null)
            {
                Assert.Equal(inOrder.State.Outcome, otherwise.State.Outcome);
                Assert.Equal(inOrder.Rows.Values, otherwise.Rows.Values);
            }
        });

    private static void Check(Action<int, int, int> holds)
    {
        if (Environment.GetEnvironmentVariable("PROPERTY_CASE") is { Length: > 0 } only)
        {
            var numbers = Array.ConvertAll(only.Split(','), int.Parse);
            holds(numbers[0], numbers[1], numbers[2]);
            return;
        }

        var runs = int.TryParse(Environment.GetEnvironmentVariable("PROPERTY_RUNS"), out var wanted) ? wanted : Usual;
        var numbered = Gen.Choose(0, int.MaxValue).ToArbitrary();
        Prop.ForAll(numbered, numbered, numbered, (graph, seed, kills) => Told(holds, graph, seed, kills)).Check(Config.QuickThrowOnFailure.WithMaxTest(runs));
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever went wrong is told with the case in which it did.")]
    private static void Told(Action<int, int, int> holds, int graph, int seed, int kills)
    {
        try
        {
            holds(graph, seed, kills);
        }
        catch (Exception wrong)
        {
            throw new InvalidOperationException($"PROPERTY_CASE={graph},{seed},{kills} plays it again: {wrong.Message}", wrong);
        }
    }

    /// <summary>
    /// All calls succeed, at one instant. Null for a workflow that has anything to wait for: there the order is part of what happens.
    /// </summary>
    private static Play? CallsOnly(CompiledWorkflow workflow, Dice dice, bool reversed)
    {
        var play = new Play(workflow);
        while (!play.State.IsFinished)
        {
            var calls = play.Pending.FindAll(step => step.Step is NodeStep.Call);
            if (calls.Count == 0 || play.Asked.Exists(step => step.Step is NodeStep.Wait { Reason: not ExecutionState.MergeReason }))
            {
                return null;
            }

            play.Happen(reversed ? calls[dice.Next(calls.Count)] : calls[0], 200);
        }

        return play.State.Outcome == ExecutionStatus.Success ? play : null;
    }

    /// <summary>What happens depends on the seed and on what is asked, and not on how often the run was interrupted.</summary>
    private static Play Played(CompiledWorkflow workflow, int seed, Dice? kills)
    {
        var play = new Play(workflow);
        while (!play.State.IsFinished)
        {
            if (kills?.Next(3) == 0)
            {
                play.Kill();
            }

            var next = play.Pending.MinBy(step => (step.Step is NodeStep.Wait wait ? wait.DueAt : DateTimeOffset.MinValue, step.Run.NodeId, step.Run.Iteration));
            var answer = new Dice(seed ^ (workflow.Find(next.Run.NodeId)!.Index * 7919) ^ (int)next.Run.Iteration ^ ((play.Rows.GetValueOrDefault(next.Run)?.RetryCount ?? 0) * 104729));
            play.Happen(next, answer.Pick(200, 200, 200, 500, 404));
        }

        return play;
    }

    private static bool IsOutsideLoops(CompiledNode node) => node.Scope.Parent is null;

    private static bool Carries(CompiledNode node, NodeRecord row, string port) => !Ports.On(node.Spec, row.Output, port).IsMissing;
}
