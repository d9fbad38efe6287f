using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Replay;

/// <summary>Makes histories: every example of every node that can run, and random workflows to which random things happen.</summary>
internal static class Recorder
{
    private const int Random = 260;
    private const int Asking = 60;
    private static readonly DateTimeOffset Noon = Run.Noon;

    public static IEnumerable<JsonData> Everything() => Triggers().Concat(Examples()).Concat(Strategies()).Concat(Enumerable.Range(1, Random).Select(OfChance))
        .Concat(Enumerable.Range(1, Asking).Select(OfChanceWithPeople));

    /// <summary>Each trigger with an event of its kind, and what comes after it.</summary>
    private static IEnumerable<JsonData> Triggers() => NodeCatalog.Active.Where(spec => spec.Type == NodeTypes.Trigger).Select((spec, index) =>
    {
        var example = spec.Examples[0];
        var draft = new Draft().Node("start", $"{spec.Type}.{spec.Subtype}", example.Configurations.ToString()).Step("after").Connect("start -> after");
        return Record($"{spec.Type}.{spec.Subtype}", draft, new Dice(index + 1), example.Output);
    });

    private static IEnumerable<JsonData> Examples()
    {
        foreach (var spec in NodeCatalog.Active.Where(spec => spec.Type != NodeTypes.Trigger && !NodeTypes.IsAttachable(spec.Type)))
        {
            for (var index = 0; index < spec.Examples.Count; index++)
            {
                var example = spec.Examples[index];
                var draft = Draft.Manual()
                    .Node("n", $"{spec.Type}.{spec.Subtype}", example.Configurations.ToString(), JsonData.Object(("input_params", example.Input)).ToString())
                    .Connect("start -> n");
                if (draft.Validate().IsValid)
                {
                    yield return Record($"{spec.Type}.{spec.Subtype}: {example.Title}", draft, new Dice(index + 1), example.Input["data"].IsObject ? example.Input["data"] : JsonData.EmptyObject);
                }
            }
        }
    }

    /// <summary>Each error strategy, with a failure that passes, one that does not, and one that may not be tried again.</summary>
    private static IEnumerable<JsonData> Strategies()
    {
        foreach (var strategy in ErrorStrategies.WireNames)
        {
            for (var seed = 1; seed <= 8; seed++)
            {
                var draft = Draft.Manual()
                    .Node("call", "ACTION.HTTP_REQUEST", """{"url":"http://outside.test/call","retry_attempts":2,"retry_backoff_seconds":1}""", $$"""{"on_error":"{{strategy}}"}""")
                    .Node("beside", "FLOW.DELAY", """{"duration_seconds":2}""").Step("after").Step("instead")
                    .Connect("start -> call", "start -> beside", "call -> after", "call.error -> instead");
                yield return Record($"{strategy} {seed}", draft, new Dice(seed * 31), JsonData.EmptyObject, failsOneIn: 2);
            }
        }
    }

    private static JsonData OfChance(int seed) => Record($"seed {seed}", RandomWorkflow.Document(seed), new Dice(seed), JsonData.Parse("""{"n":1}"""));

    private static JsonData OfChanceWithPeople(int seed) =>
        Record($"people, seed {seed}", RandomWorkflow.Document(seed, mayAsk: true), new Dice(seed), JsonData.Parse("""{"n":1}"""));

    private static JsonData Record(string about, Draft draft, Dice dice, JsonData data, int failsOneIn = 5)
    {
        var workflow = draft.ToJson();
        var start = JsonData.Object(
            ("trigger", "start"), ("type", "MANUAL"), ("data", data), ("at", Noon.ToUnixTimeMilliseconds()), ("is_test", dice.OneIn(4)));
        var player = new Player(workflow, start);
        var steps = new List<JsonData>();
        var now = Noon;
        Take(JsonData.Object(("do", "begin")));
        while (!player.State.IsFinished && steps.Count < 120)
        {
            Take(Next(player, dice, failsOneIn, ref now));
        }

        return JsonData.Object(("about", about), ("workflow", workflow), ("start", start), ("steps", JsonData.Array(steps)));

        void Take(JsonData input)
        {
            var timed = input.With("at", now.ToUnixTimeMilliseconds());
            steps.Add(JsonData.Object(("input", timed), ("decision", player.Take(timed))));
        }
    }

    private static JsonData Next(Player player, Dice dice, int failsOneIn, ref DateTimeOffset now)
    {
        now += TimeSpan.FromMilliseconds(dice.Next(900));
        if (player.State.IsHeld)
        {
            return JsonData.Object(("do", "control"), ("command", nameof(ControlKind.Resume)));
        }

        switch (dice.Next(40))
        {
            case 0:
                return JsonData.Object(("do", "control"), ("command", nameof(ControlKind.Cancel)));
            case 1:
                return JsonData.Object(("do", "time out"));
            case 2 or 3:
                return JsonData.Object(("do", "control"), ("command", nameof(ControlKind.Pause)));
            case 4 or 5 or 6:
                return JsonData.Object(("do", "die"));
            default:
                break;
        }

        var (run, step) = player.Pending.Count > 0 ? player.Pending[dice.Next(player.Pending.Count)] : throw new InvalidOperationException("The run is open, and nothing is awaited.");
        var about = JsonData.Object(("node", run.NodeId), ("iteration", run.Iteration));
        if (step is NodeStep.Wait wait)
        {
            if (wait.Reason is "wait" or "timeout" && dice.OneIn(3))
            {
                return about.With("do", "signal").With("reason", wait.Reason).With("data", JsonData.Object(("approved", true)));
            }

            now = wait.DueAt > now ? wait.DueAt : now;
            return about.With("do", "fire").With("reason", wait.Reason);
        }

        if (step is NodeStep.Ask)
        {
            return about.With("do", "signal").With("data", JsonData.Object(
                ("outcome", dice.Pick("confirmed", "rejected", "timeout", "failed")), ("error_code", "interaction_timeout"),
                ("answer", JsonData.Object(("user_response", "as you like"), ("status", "responded")))));
        }

        // Other kinds of call are answered by their time being up, which is the same for all of them.
        return step is NodeStep.Call { What: HttpCall } && !dice.OneIn(15)
            ? about.With("do", "answer").With("result", dice.OneIn(failsOneIn) ? Failure(dice) : Answer)
            : about.With("do", "take too long");
    }

    private static JsonData Answer => JsonData.Object(
        ("status", 200), ("headers", JsonData.Object(("Content-Type", "application/json"))), ("body", """{"n":1,"items":[{"id":1},{"id":2}]}"""));

    private static JsonData Failure(Dice dice) => dice.Next(4) switch
    {
        0 => JsonData.Object(("status", 404), ("body", "not there")),
        1 => JsonData.Object(("status", 503), ("body", "")),
        2 => JsonData.Object(("status", 429), ("headers", JsonData.Object(("Retry-After", "7")))),
        _ => JsonData.Object(("error", nameof(HttpErrorKind.Network))),
    };
}
