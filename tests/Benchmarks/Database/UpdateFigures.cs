using AiTeams.Benchmarks.Measuring;
using AiTeams.ServiceDefaults.Database;
using AiTeams.WorkflowEngine.Writing;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.Benchmarks.Database;

/// <summary>One execution ends, in a transaction of its own that is on the disk when it is answered: what a flush of one costs at most.</summary>
internal static class UpdateFigures
{
    private const string Engine = "workflow_engine_service";
    private const double Goal = 2;

    // What ends has begun lately. As many executions of this engine as rounds, warm-up included, and a table without rules, indexes or triggers to compare with.
    private const string Prepare = """
        ALTER TABLE public.workflow_executions DISABLE TRIGGER USER;
        UPDATE public.workflow_executions SET status = 'RUNNING', engine_id = '{engine}'
        WHERE id IN (SELECT id FROM public.workflow_executions ORDER BY created_at DESC, id DESC LIMIT {rounds});
        ALTER TABLE public.workflow_executions ENABLE TRIGGER USER;
        CREATE TABLE benchmark.plain AS
        SELECT row_number() OVER () AS number, execution_id, workflow_id, status, end_time FROM public.workflow_executions WHERE engine_id = '{engine}';
        ALTER TABLE benchmark.plain ADD PRIMARY KEY (number);
        """;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchmarkDatabase database, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var engineId = Guid.NewGuid();
        var rounds = options.Samples + Stopwatches.LongestWarmUp;
        await database.ExecuteAsync(
            Prepare.Replace("{engine}", $"{engineId}", StringComparison.Ordinal).Replace("{rounds}", $"{rounds}", StringComparison.Ordinal), cancellationToken);
        await database.ExecuteAsync("VACUUM ANALYZE public.workflow_executions", cancellationToken);
        await database.ExecuteAsync("CHECKPOINT", cancellationToken);
        var runs = await ReadRunsAsync(database, cancellationToken);

        var times = await Stopwatches.RunAsync(
            options.Samples,
            cancellationToken,
            round => RoundTrip.RunAsync(database.As(Engine), End(runs[Turn(round)].ExecutionId, engineId), cancellationToken),
            round => RoundTrip.RunAsync(database.As(Engine), Latest(runs[Turn(round)]), cancellationToken),
            round => RoundTrip.RunAsync(
                database.Admin,
                Statement.Of("UPDATE benchmark.plain SET status = 'SUCCESS', end_time = 1 WHERE number = $1", Statement.Long(Turn(round) + 1)), cancellationToken));
        var (end, latest, plain) = (times[0], times[1], times[2]);
        await AssertAllEndedAsync(database, cancellationToken);
        return
        [
            Figure.Below(Goal, "execution_status_update", end, plain),
            Figure.Below(Goal, "latest_execution_update", latest, plain),
            Figure.Of("status_update_baseline_plain_table", plain),
        ];

        // Warm-up rounds come down to 1, measured ones go up from 0: each takes a run of its own.
        int Turn(int round) => round >= 0 ? round : options.Samples - 1 - round;
    }

    private static NpgsqlBatchCommand End(string executionId, Guid engineId) => Statement.Of(
        FlushStatements.UpdateExecutions,
        Array(NpgsqlDbType.Text, executionId), Array(NpgsqlDbType.Text, "SUCCESS"), Array(NpgsqlDbType.Bigint, 1_800_000_000_000L),
        Array<string?>(NpgsqlDbType.Text, null), Array<string?>(NpgsqlDbType.Jsonb, null), Array(NpgsqlDbType.Boolean, true), Statement.Uuid(engineId));

    private static NpgsqlBatchCommand Latest((string ExecutionId, Guid WorkflowId) run) => Statement.Of(
        FlushStatements.UpdateLatestExecution,
        Array(NpgsqlDbType.Uuid, run.WorkflowId), Array(NpgsqlDbType.Text, run.ExecutionId), Array(NpgsqlDbType.Text, "SUCCESS"),
        Array(NpgsqlDbType.TimestampTz, DateTime.UtcNow));

    private static NpgsqlParameter Array<T>(NpgsqlDbType type, T value) => new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = new[] { value } };

    private static async Task<(string ExecutionId, Guid WorkflowId)[]> ReadRunsAsync(BenchmarkDatabase database, CancellationToken cancellationToken)
    {
        await using var command = database.Admin.CreateCommand("SELECT execution_id, workflow_id FROM benchmark.plain ORDER BY number");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var runs = new List<(string, Guid)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            runs.Add((reader.GetString(0), reader.GetGuid(1)));
        }

        return [.. runs];
    }

    /// <summary>A statement that found nothing to update would be fast.</summary>
    private static async Task AssertAllEndedAsync(BenchmarkDatabase database, CancellationToken cancellationToken)
    {
        await using var command = database.Admin.CreateCommand("""
            SELECT count(*) FROM benchmark.plain p JOIN public.workflow_executions e USING (execution_id) WHERE p.status = 'SUCCESS' AND e.status <> 'SUCCESS'
            """);
        if (await command.ExecuteScalarAsync(cancellationToken) is not 0L)
        {
            throw new InvalidOperationException("Not every execution has ended.");
        }
    }
}
