using System.Diagnostics;
using AiTeams.WorkflowEngine.Core.Definitions;
using Xunit.Abstractions;

namespace AiTeams.WorkflowEngine.Core.Tests.Replay;

/// <summary>
/// Executions that are under way were decided by yesterday's Core and go on with today's. What it decided for a few hundred recorded
/// histories it must decide again. RECORD_HISTORIES=1 records them anew; do that for new nodes, and say in the commit why old decisions change.
/// </summary>
public sealed class ReplayTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_recorded_history_is_decided_as_it_was()
    {
        if (Environment.GetEnvironmentVariable("RECORD_HISTORIES") == "1")
        {
            output.WriteLine($"Recorded in {Histories.Write(Recorder.Everything())}; build again to replay them.");
            return;
        }

        var histories = Histories.Read();
        var watch = Stopwatch.StartNew();
        var differences = histories.AsParallel().AsOrdered().Select(Histories.Replay).OfType<string>().ToList();
        output.WriteLine($"{histories.Count} histories, {histories.Sum(history => history["steps"].Count)} decisions, {watch.Elapsed.TotalMilliseconds:0} ms");

        Assert.True(histories.Count >= 200);
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(10)));
    }

    [Fact]
    public void Every_node_that_can_run_every_strategy_and_every_kind_of_input_is_in_there()
    {
        var histories = Histories.Read();
        var begun = new HashSet<string>();
        var inputs = new HashSet<string>();
        var statuses = new HashSet<string>();
        foreach (var history in histories)
        {
            var kinds = history["workflow"]["nodes"].Items.ToArray().ToDictionary(node => node["id"].Text!, node => $"{node["type"].Text}.{node["subtype"].Text}");
            foreach (var step in history["steps"].Items)
            {
                inputs.Add($"{step["input"]["do"].Text} {step["input"]["command"].Text}".Trim());
                foreach (var row in step["decision"]["rows"].Items)
                {
                    begun.Add(kinds[row["node"].Text!]);
                    statuses.Add(row["status"].Text!);
                }
            }
        }

        var text = string.Concat(histories.Select(history => history["workflow"].ToString()));
        Assert.Empty(NodeCatalog.Active.Where(spec => !NodeTypes.IsAttachable(spec.Type)).Select(spec => $"{spec.Type}.{spec.Subtype}").Except(begun));
        Assert.All(ErrorStrategies.WireNames, strategy => Assert.Contains(strategy, text));
        Assert.Empty(new[] { "begin", "answer", "take too long", "fire", "signal", "time out", "die", "control Cancel", "control Pause", "control Resume" }.Except(inputs));
        Assert.Empty(new[] { "RUNNING", "WAITING_INPUT", "RETRYING", "SUCCESS", "ERROR", "SKIPPED", "CANCELED" }.Except(statuses));
    }

    [Fact]
    public void A_single_changed_letter_of_a_decision_is_noticed()
    {
        foreach (var history in Histories.Read())
        {
            var steps = history["steps"].Items.ToArray();
            var at = Array.FindLastIndex(steps, step => step["decision"]["rows"].Count > 0);
            var decision = steps[at]["decision"];
            var row = decision["rows"][0];

            Assert.NotNull(Histories.Replay(With(decision.With("rows", JsonData.Array([row.With("status", Turned(row["status"].Text!)), .. decision["rows"].Items[1..]])))));
            Assert.NotNull(Histories.Replay(With(decision.With("status", Turned(decision["status"].Text!)))));
            Assert.NotNull(Histories.Replay(With(decision.With("rows", JsonData.Array(decision["rows"].Items[1..].ToArray())))));

            JsonData With(JsonData changed)
            {
                var list = (JsonData[])steps.Clone();
                list[at] = steps[at].With("decision", changed);
                return history.With("steps", JsonData.Array(list));
            }
        }
    }

    [Fact]
    public void What_core_has_learned_to_say_since_does_not_make_a_history_old()
    {
        var recorded = JsonData.Parse("""{"status":"RUNNING","rows":[{"node":"a","output":{"n":1}}]}""");

        Assert.Null(Histories.Difference(recorded, JsonData.Parse("""{"status":"RUNNING","more":1,"rows":[{"node":"a","output":{"n":1},"more":2}]}""")));
        Assert.NotNull(Histories.Difference(recorded, JsonData.Parse("""{"status":"RUNNING","rows":[{"node":"a","output":{"n":1,"more":2}}]}""")));
        Assert.NotNull(Histories.Difference(recorded, JsonData.Parse("""{"status":"RUNNING","rows":[]}""")));
    }

    private static string Turned(string text) => (char)(text[0] + 1) + text[1..];
}
