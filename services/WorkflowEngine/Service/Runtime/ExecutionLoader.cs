using System.Runtime.CompilerServices;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Executions.Controlling;
using AiTeams.WorkflowEngine.Writing;
using Npgsql;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>What a row of execution_timers is about: a node run may wait for one thing and have a limit besides.</summary>
internal readonly record struct Timer(NodeRun Run, string Reason);

/// <summary>An active row of workflow_execution_pauses: the node run and the reason, of which <see cref="Manual"/> holds the whole execution.</summary>
internal readonly record struct OpenPause(Guid Id, Timer What)
{
    public const string Manual = "manual";

    /// <summary>A failure that will be tried again later.</summary>
    public const string Error = "error";

    /// <summary>A question to people.</summary>
    public const string Person = "human_interaction";
}

/// <summary>An execution as its rows tell it: enough to go on exactly where it stood.</summary>
internal sealed record LoadedExecution(
    ExecutionRow Row,
    CompiledWorkflow Workflow,
    JsonData Data,
    IReadOnlyList<NodeRecord> Nodes,
    IReadOnlyList<KeyValuePair<Timer, DateTimeOffset>> Timers,
    long LastSequence)
{
    /// <summary>Its pauses that have not ended.</summary>
    public IReadOnlyList<OpenPause> Pauses { get; init; } = [];

    /// <summary>What has been asked of it and is not decided.</summary>
    public IReadOnlyList<ExecutionCommand> Commands { get; init; } = [];
}

/// <summary>Reads executions back from where the writer put them.</summary>
internal interface ILoadExecutions
{
    IAsyncEnumerable<LoadedExecution> LoadAsync(IReadOnlyList<string> executionIds, CancellationToken cancellationToken);
}

/// <summary>Reads executions back from their rows: six set-based queries in one round trip for a whole batch.</summary>
internal sealed class ExecutionLoader(NpgsqlDataSource database, CompiledWorkflows workflows, StaticData staticData) : ILoadExecutions
{
    private const string Executions = """
        SELECT id, execution_id, workflow_id, workflow_version, user_id, mode, triggered_by, trigger_node_id, trigger_data, idempotency_key,
            coalesce(start_time, (extract(epoch FROM created_at) * 1000)::bigint), parent_execution_id, metadata
        FROM workflow_executions WHERE execution_id = ANY($1)
        """;

    private const string Nodes = """
        SELECT execution_id, node_id, iteration, node_name, node_type, node_subtype, position, status, start_time, end_time,
            input_data, output_data, error_data, retry_count, max_retries
        FROM node_executions WHERE execution_id = ANY($1)
        """;

    private const string Timers = "SELECT execution_id, node_id, iteration, reason, due_at FROM execution_timers WHERE execution_id = ANY($1)";

    private const string Sequences = """
        SELECT execution_id, max(sequence) FROM workflow_execution_logs WHERE execution_id = ANY($1) GROUP BY execution_id
        """;

    private const string Pauses = """
        SELECT e.execution_id, p.id, p.paused_node_id, p.iteration, p.pause_reason
        FROM workflow_executions e JOIN workflow_execution_pauses p ON p.execution_id = e.id
        WHERE e.execution_id = ANY($1) AND p.status = 'active'
        """;

    private const string Commands = $"""
        SELECT {ExecutionCommand.Columns} FROM execution_commands c WHERE c.execution_id = ANY($1) AND c.decided_at IS NULL ORDER BY c.id
        """;

    private sealed record Found(
        List<(ExecutionRow Row, JsonData Data)> Executions,
        ILookup<string, NodeRecord> Nodes,
        ILookup<string, KeyValuePair<Timer, DateTimeOffset>> Timers,
        Dictionary<string, long> Sequences,
        ILookup<string, OpenPause> Pauses,
        ILookup<string, ExecutionCommand> Commands);

    public async IAsyncEnumerable<LoadedExecution> LoadAsync(
        IReadOnlyList<string> executionIds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var read = await ReadAsync([.. executionIds], cancellationToken);
        foreach (var (row, data) in read.Executions)
        {
            var workflow = await workflows.GetAsync(row.WorkflowId, row.WorkflowVersion, cancellationToken);
            var id = row.ExecutionId;
            var start = row with
            {
                TriggerNodeId = row.TriggerNodeId.Length > 0 ? row.TriggerNodeId : workflow.TriggerIds[0],
                StaticData = await staticData.OfAsync(row.WorkflowId, workflow, cancellationToken),
            };
            yield return new LoadedExecution(
                start, workflow, data,
                [.. read.Nodes[id]], [.. read.Timers[id]], read.Sequences.GetValueOrDefault(id))
            {
                Pauses = [.. read.Pauses[id]],
                Commands = [.. read.Commands[id]],
            };
        }
    }

    private async Task<Found> ReadAsync(string[] executionIds, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        foreach (var sql in (string[])[Executions, Nodes, Timers, Sequences, Pauses, Commands])
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = executionIds } } });
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var rows = await ListAsync(reader, Execution, cancellationToken);
        var nodes = await ListAsync(reader, static r => (r.GetString(0), Node(r)), cancellationToken);
        var timers = await ListAsync(
            reader,
            static r => (r.GetString(0), KeyValuePair.Create(new Timer(new(r.GetString(1), r.GetInt64(2)), r.GetString(3)), new DateTimeOffset(r.GetDateTime(4), TimeSpan.Zero))),
            cancellationToken);
        var sequences = await ListAsync(reader, static r => (r.GetString(0), r.GetInt64(1)), cancellationToken);
        var pauses = await ListAsync(
            reader, static r => (r.GetString(0), new OpenPause(r.GetGuid(1), new(new(r.GetString(2), r.GetInt64(3)), r.GetString(4)))), cancellationToken);
        var commands = await ListAsync(reader, static r => (r.GetString(1), ExecutionCommand.Read(r)), cancellationToken);
        return new Found(
            rows, ById(nodes), ById(timers), sequences.ToDictionary(s => s.Item1, s => s.Item2, StringComparer.Ordinal), ById(pauses), ById(commands));
    }

    private static ILookup<string, T> ById<T>(List<(string ExecutionId, T Row)> rows) =>
        rows.ToLookup(row => row.ExecutionId, row => row.Row, StringComparer.Ordinal);

    private static async Task<List<T>> ListAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var list = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            list.Add(read(reader));
        }

        await reader.NextResultAsync(cancellationToken);
        return list;
    }

    private static (ExecutionRow Row, JsonData Data) Execution(NpgsqlDataReader r)
    {
        var data = Text(r, 8);
        var row = new ExecutionRow(
            r.GetGuid(0), r.GetString(1), r.GetGuid(2), r.GetInt32(3), r.GetGuid(4), r.GetString(5), Text(r, 6), Text(r, 7) ?? "", data, Text(r, 9),
            r.GetInt64(10))
        {
            ParentExecutionId = Text(r, 11),
            Metadata = Text(r, 12),
        };
        return (row, Json(data));
    }

    private static NodeRecord Node(NpgsqlDataReader r) => new()
    {
        NodeId = r.GetString(1),
        Iteration = r.GetInt64(2),
        NodeName = Text(r, 3) ?? "",
        NodeType = r.GetString(4),
        NodeSubtype = Text(r, 5) ?? "",
        Position = r.GetInt32(6),
        Status = NodeStatuses.Parse(r.GetString(7)),
        StartedAt = Instant(r, 8),
        EndedAt = Instant(r, 9),
        Input = Json(Text(r, 10)),
        Output = Json(Text(r, 11)),
        Error = Json(Text(r, 12)),
        RetryCount = r.GetInt32(13),
        MaxRetries = r.GetInt32(14),
    };

    private static string? Text(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);

    private static JsonData Json(string? text) => text is null ? default : JsonData.Parse(text);

    private static DateTimeOffset? Instant(NpgsqlDataReader r, int column) =>
        r.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(column));
}
