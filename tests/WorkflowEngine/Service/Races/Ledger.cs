using AiTeams.WorkflowEngine.Core.Executions;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Races;

/// <summary>What must be true of the rows of executions that have ended, whoever has won.</summary>
internal static class Ledger
{
    /// <summary>Each query names what is wrong, of the executions of workflow $1.</summary>
    private static readonly string[] Rules =
    [
        "SELECT execution_id || ' has not ended: ' || status FROM mine WHERE status NOT IN ('SUCCESS', 'CANCELED')",
        "SELECT execution_id || ' has ended without a time' FROM mine WHERE end_time IS NULL",
        """
        SELECT execution_id || ' ' || n.node_id || ' is open: ' || n.status FROM mine JOIN node_executions n USING (execution_id)
        WHERE n.status NOT IN ('SUCCESS', 'ERROR', 'SKIPPED', 'CANCELED')
        """,
        """
        SELECT execution_id || ' is a success with a canceled ' || n.node_id FROM mine e JOIN node_executions n USING (execution_id)
        WHERE e.status = 'SUCCESS' AND n.status = 'CANCELED'
        """,
        "SELECT execution_id || ' has a timer: ' || t.reason FROM mine JOIN execution_timers t USING (execution_id)",
        """
        SELECT mine.execution_id || ' has a pause that has not ended' FROM mine JOIN workflow_execution_pauses p ON p.execution_id = mine.id WHERE p.status = 'active'
        """,
        "SELECT execution_id || ' has an open command: ' || c.kind FROM mine JOIN execution_commands c USING (execution_id) WHERE c.decided_at IS NULL",
        """
        SELECT execution_id || ' has obeyed several answers to ' || c.node_id FROM mine JOIN execution_commands c USING (execution_id)
        WHERE c.kind = 'answer' AND c.outcome = 'done' GROUP BY execution_id, c.node_id, c.iteration HAVING count(*) > 1
        """,
        """
        SELECT mine.execution_id || ' says its end ' || count(l.*) || ' times' FROM mine
            LEFT JOIN workflow_execution_logs l ON l.execution_id = mine.execution_id AND l.event_type IN ('workflow_completed', 'workflow_failed')
        GROUP BY mine.execution_id HAVING count(l.*) <> 1
        """,
        """
        SELECT execution_id || ' has gaps or doubles in its log' FROM mine JOIN workflow_execution_logs l USING (execution_id)
        GROUP BY execution_id HAVING count(*) <> max(l.sequence) OR count(*) <> count(DISTINCT l.sequence)
        """,
        """
        , ends AS MATERIALIZED (
            SELECT substring(payload::text FROM 'exec_[0-9a-f-]{36}') AS execution_id FROM messaging.outbox WHERE type LIKE '%ExecutionFinished%')
        SELECT execution_id || ' has ' || count(ends.*) || ' events of its end' FROM mine LEFT JOIN ends USING (execution_id)
        GROUP BY execution_id HAVING count(ends.*) <> 1
        """,
        """
        SELECT m.what || ' of ' || m.execution_id || ' has changed after its end: ' || m.was || ' to ' || m.became FROM mine JOIN race_moves m USING (execution_id)
        WHERE m.was IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT', 'SKIPPED')
        """,
    ];

    public static async Task AssertBalancedAsync(this TwoEngines engines, Guid workflow)
    {
        var wrong = new List<string>();
        await engines.ExecuteAsync("ANALYZE workflow_executions, node_executions, workflow_execution_logs, execution_commands, messaging.outbox, race_moves");
        foreach (var rule in Rules)
        {
            wrong.AddRange(await engines.TextsAsync($"WITH mine AS (SELECT * FROM workflow_executions WHERE workflow_id = $1) {rule} LIMIT 5", workflow));
        }

        var moves = await engines.TextsAsync(
            "SELECT DISTINCT m.was || ' ' || m.became FROM race_moves m JOIN workflow_executions e USING (execution_id) WHERE m.what = 'execution' AND e.workflow_id = $1",
            workflow);
        wrong.AddRange(moves
            .Select(move => move.Split(' '))
            .Where(move => !ExecutionTransitions.Allows(ExecutionStatuses.Parse(move[0]), ExecutionStatuses.Parse(move[1])))
            .Select(move => $"{move[0]} became {move[1]}"));
        var executions = await engines.TextsAsync("SELECT execution_id FROM workflow_executions WHERE workflow_id = $1", workflow);
        wrong.AddRange(executions.Where(id => engines.Engines.Any(engine => engine.Remembers(id))).Select(id => $"{id} is still in memory").Take(5));

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>Compares what the trials were told with what the rows say: (execution, text) of a query over the executions of workflow $1.</summary>
    public static async Task AssertRowsSayAsync(this TwoEngines engines, Guid workflow, IEnumerable<(string Execution, string Said)> told, string sql)
    {
        var rows = await engines.TextsAsync($"WITH mine AS (SELECT * FROM workflow_executions WHERE workflow_id = $1) {sql}", workflow);
        Assert.Equal(told.Select(t => $"{t.Execution} {t.Said}").Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }
}
