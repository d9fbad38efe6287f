using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Executions.Controlling;
using AiTeams.WorkflowEngine.Ownership;
using AiTeams.WorkflowEngine.Tests.Definitions;
using AiTeams.WorkflowEngine.Tests.Executions.Controlling;
using Xunit;
using Xunit.Abstractions;

namespace AiTeams.WorkflowEngine.Tests.Races;

/// <summary>
/// Two things happen to one execution at the same time, through either of two engines. One of them wins, both sides are told the same, and the rows
/// agree. RACE_TRIALS says how many trials there are of all pairs together.
/// </summary>
public sealed class RaceTests(TwoEngines engines, ITestOutputHelper output) : IClassFixture<TwoEngines>
{
    private const string Ended = "execution_ended";

    private readonly ConcurrentBag<(string Execution, string Said)> _told = [];
    private Guid _user;
    private Guid _workflow;

    [Theory]
    [InlineData(0.2)]                                     // in memory all the time
    [InlineData(0.4)]                                     // asleep: belongs to nobody when it is cancelled, or is just being woken
    public async Task Cancel_against_finish(double seconds)
    {
        await PrepareAsync(Runs.Sleeping(seconds));

        await ContestAsync(new("cancel", "finish", seconds * 1000), async trial =>
        {
            var (execution, _) = await trial.Any(engines).StartAsync(_user, _workflow);
            var refusal = await trial.LeftAsync(() => Contest.RefusalAsync(() => trial.Any(engines).ControlAsync(_user, execution, ControlKind.Cancel)));
            return Told(execution, Winner(refusal, "cancel", "finish"));
        });

        await AssertRowsSayAsync("SELECT execution_id || CASE status WHEN 'CANCELED' THEN ' cancel' ELSE ' finish' END FROM mine");
    }

    [Fact]
    public async Task Answer_against_timeout()
    {
        var document = Documents.Minimal("Limited");
        document["nodes"]!.AsArray().Add(Documents.Node("ask", "FLOW", "TIMEOUT", new() { ["timeout_ms"] = 400 }));
        document["nodes"]!.AsArray().Add(Documents.Node("after", "FLOW", "MERGE"));
        document["connections"]!.AsArray().Add(Documents.Connection("c1", "start", "ask"));
        document["connections"]!.AsArray().Add(Documents.Connection("c2", "ask", "after"));
        await PrepareAsync(document);

        await ContestAsync(new("answer", "timeout", 400), async trial =>
        {
            var (execution, _) = await trial.Any(engines).StartAsync(_user, _workflow);
            var refusal = await trial.LeftAsync(() => Contest.RefusalAsync(() => AnswerAsync(trial, execution, "answer")));
            return Told(execution, Winner(refusal, "answer", "timeout"));
        });

        await AssertRowsSayAsync("""
            SELECT execution_id || CASE WHEN n.output_data ? 'completed' AND n.output_data#>>'{completed,trigger_data,said}' = 'answer' THEN ' answer'
                WHEN n.output_data ? 'timeout' THEN ' timeout' ELSE ' ' || n.status END
            FROM mine JOIN node_executions n USING (execution_id) WHERE n.node_id = 'ask'
            """);
    }

    [Fact]
    public async Task Retry_against_cancel()
    {
        await PrepareAsync(Runs.Sleeping());

        await ContestAsync(new("cancel", "retry", 0), async trial =>
        {
            var execution = await trial.Any(engines).StartSleepingAsync(_user, _workflow);
            string? again = null;
            var (refusal, _) = await trial.BothAsync(
                () => Contest.RefusalAsync(async () => again = (await trial.Any(engines).RetryAsync(_user, execution, execution)).ExecutionId),
                () => trial.Any(engines).ControlAsync(_user, execution, ControlKind.Cancel));
            if (refusal is null)
            {
                // A second request with the key is the first one, also at the other engine.
                Assert.Equal(again, (await trial.Any(engines).RetryAsync(_user, execution, execution)).ExecutionId);
                await trial.Any(engines).ControlAsync(_user, again!, ControlKind.Cancel);
            }

            return Told(execution, Winner(refusal, "retry", "cancel", "execution_not_ended"));
        });

        await AssertRowsSayAsync("""
            SELECT e.execution_id || CASE (SELECT count(*) FROM mine a WHERE a.parent_execution_id = e.execution_id) WHEN 0 THEN ' cancel' WHEN 1 THEN ' retry' ELSE ' doubled' END
            FROM mine e WHERE e.parent_execution_id IS NULL
            """);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_answers(bool areTheSame)
    {
        await PrepareAsync(Runs.Asking());

        await ContestAsync(new("one", "two", 0), async trial =>
        {
            var execution = await trial.Any(engines).StartSleepingAsync(_user, _workflow);
            var (one, two) = await trial.BothAsync(
                () => Contest.RefusalAsync(() => AnswerAsync(trial, execution, areTheSame ? "same" : "one", "one")),
                () => Contest.RefusalAsync(() => AnswerAsync(trial, execution, areTheSame ? "same" : "two", "two")));
            if (areTheSame)
            {
                Assert.Equal((null, null), (one, two));
                var winner = await engines.TextsAsync("SELECT idempotency_key FROM execution_commands WHERE execution_id = $1 AND outcome = 'done'", execution);
                return Told(execution, Assert.Single(winner));
            }

            Assert.Equal("already_answered", Assert.Single(new[] { one, two }, refusal => refusal is not null));
            return Told(execution, one is null ? "one" : "two");
        });

        await AssertRowsSayAsync($"""
            SELECT execution_id || ' ' || {(areTheSame ? "c.idempotency_key" : "(n.output_data#>>'{completed,trigger_data,said}')")}
            FROM mine JOIN node_executions n USING (execution_id) JOIN execution_commands c USING (execution_id)
            WHERE n.node_id = 'ask' AND c.outcome = 'done' AND n.output_data#>>'{"{completed,trigger_data,said}"}' = c.payload->>'said'
            """);
    }

    [Fact]
    public async Task Pause_against_finish()
    {
        await PrepareAsync(Runs.Sleeping(0.2));

        await ContestAsync(new("pause", "finish", 200), async trial =>
        {
            var (execution, _) = await trial.Any(engines).StartAsync(_user, _workflow);
            var refusal = await trial.LeftAsync(() => Contest.RefusalAsync(() => trial.Any(engines).ControlAsync(_user, execution, ControlKind.Pause)));
            if (refusal is null)
            {
                await AssertStandsStillAsync(execution);
                await trial.Any(engines).ControlAsync(_user, execution, ControlKind.Resume);
                await EndsAsync(execution);
            }

            return Told(execution, Winner(refusal, "pause", "finish"));
        });

        await AssertPausedWhenToldAsync("finish");
    }

    [Fact]
    public async Task Pause_against_answer()
    {
        await PrepareAsync(Runs.Asking());

        await ContestAsync(new("pause", "answer", 0), async trial =>
        {
            var execution = await trial.Any(engines).StartSleepingAsync(_user, _workflow);
            var (refusal, _) = await trial.BothAsync(
                () => Contest.RefusalAsync(() => trial.Any(engines).ControlAsync(_user, execution, ControlKind.Pause)),
                () => AnswerAsync(trial, execution, "answer"));
            if (refusal is null)
            {
                await AssertStandsStillAsync(execution);
                await trial.Any(engines).ControlAsync(_user, execution, ControlKind.Resume);
                await EndsAsync(execution);
            }

            return Told(execution, Winner(refusal, "pause", "answer"));
        });

        await AssertPausedWhenToldAsync("answer");
    }

    [Fact]
    public async Task Cancel_against_takeover()
    {
        await PrepareAsync(Runs.Sleeping());

        await ContestAsync(new("cancel", "takeover", 0), async trial =>
        {
            // As a dead engine leaves it: awake and its own, with everything due. Whoever takes it over ends it.
            var execution = await trial.Any(engines).StartSleepingAsync(_user, _workflow);
            await engines.ExecuteAsync("UPDATE node_executions SET start_time = start_time - 7200000 WHERE execution_id = $1 AND node_id = 'sleep'", execution);
            await engines.ExecuteAsync(
                """
                WITH dead AS (INSERT INTO engine_instances (id, name, started_at, heartbeat_at, status)
                        VALUES ($1, 'dead', now(), now(), 'stopped') RETURNING id),
                    due AS (UPDATE execution_timers SET due_at = now() - interval '1 hour' WHERE execution_id = $2)
                UPDATE workflow_executions e SET status = 'RUNNING', engine_id = dead.id FROM dead WHERE e.execution_id = $2
                """,
                Guid.NewGuid(), execution);
            var (refusal, _) = await trial.BothAsync(
                () => Contest.RefusalAsync(() => trial.Any(engines).ControlAsync(_user, execution, ControlKind.Cancel)),
                () => trial.Any(engines).Get<TakeOver>().RunOnceAsync(default));
            await EndsAsync(execution);
            return Told(execution, Winner(refusal, "cancel", "takeover"));
        });

        await AssertRowsSayAsync("SELECT execution_id || CASE status WHEN 'CANCELED' THEN ' cancel' ELSE ' takeover' END FROM mine");
    }

    private async Task PrepareAsync(JsonObject document)
    {
        var user = await engines.NewUserAsync();
        (_user, _workflow) = (user.Id, Guid.Parse(await user.CreatedAsync(document)));
    }

    private async Task ContestAsync(Contest contest, Func<Trial, Task<string>> play)
    {
        var result = await contest.RunAsync(play);
        output.WriteLine(result);
        foreach (var (execution, _) in _told)
        {
            await EndsAsync(execution);
        }

        await engines.AssertBalancedAsync(_workflow);
    }

    private string Told(string execution, string winner)
    {
        _told.Add((execution, winner));
        return winner;
    }

    private static string Winner(string? refusal, string left, string right, string expected = Ended)
    {
        if (refusal is not null)
        {
            Assert.Equal(expected, refusal);
        }

        return refusal is null ? left : right;
    }

    private Task<ControlAnswer> AnswerAsync(Trial trial, string execution, string said, string? key = null) =>
        trial.Any(engines).AnswerAsync(_user, execution, "ask", JsonData.Object(("said", said)), key ?? said);

    private Task AssertRowsSayAsync(string sql) => engines.AssertRowsSayAsync(_workflow, _told, sql);

    private Task AssertPausedWhenToldAsync(string other) => AssertRowsSayAsync($"""
        SELECT mine.execution_id || CASE count(p.id) WHEN 0 THEN ' {other}' WHEN 1 THEN ' pause' ELSE ' doubled' END
        FROM mine LEFT JOIN workflow_execution_pauses p ON p.execution_id = mine.id AND p.pause_reason = 'manual' GROUP BY mine.execution_id
        """);

    // A pause that was answered is true: nothing behind the wait begins, its row is there, and it belongs to nobody. An engine that has looked for
    // commands a moment too early may hold it once more for as long as it takes to find nothing to do.
    private async Task AssertStandsStillAsync(string execution)
    {
        await Testing.Eventually.AssertAsync(async () => (await StandsAsync(execution))[0] == 'P', Contest.Patience, "it belongs to nobody");
        Assert.Equal("PAUSED true 0 manual active", await StandsAsync(execution));
    }

    private async Task<string> StandsAsync(string execution) =>
        Assert.Single(await engines.TextsAsync(
            """
            SELECT e.status || ' ' || (e.engine_id IS NULL) || ' ' || (SELECT count(*) FROM node_executions n WHERE n.execution_id = e.execution_id AND n.node_id = 'after')
                || ' ' || (SELECT string_agg(p.pause_reason || ' ' || p.status, ', ') FROM workflow_execution_pauses p WHERE p.execution_id = e.id AND p.pause_reason = 'manual')
            FROM workflow_executions e WHERE e.execution_id = $1
            """,
            execution));

    private Task EndsAsync(string execution) => Testing.Eventually.AssertAsync(
        async () => (await engines.TextsAsync("SELECT status FROM workflow_executions WHERE execution_id = $1", execution))[0] is "SUCCESS" or "CANCELED",
        Contest.Patience, $"{execution} ends");
}
