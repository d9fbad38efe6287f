using System.Text.Json;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using Npgsql;

namespace AiTeams.WorkflowEngine.Executions.Reading;

/// <summary>Everything one run has to say: its nodes in the order they ran, and what it waits for.</summary>
internal sealed class ReadExecution(UserDatabase database)
{
    private const string Execution = """
        SELECT e.execution_id, e.workflow_id, w.name, e.workflow_version, e.status, e.mode, e.triggered_by, e.trigger_node_id,
            e.trigger_data, e.parent_execution_id, e.start_time, e.end_time, e.error_message, e.error_details, e.tokens_used,
            e.credits_consumed, e.created_at
        FROM workflow_executions e JOIN workflows w ON w.id = e.workflow_id
        WHERE e.execution_id = $1
        """;

    // A person's answer before a person's leave to go on, and both before the clock. The limit of the whole run is nothing it waits for.
    private const string Waits = """
        WITH run AS MATERIALIZED (
            SELECT id, execution_id FROM workflow_executions
            WHERE execution_id = $1 AND status NOT IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT')),
        waits (rank, reason, who, channel, node_id, iteration, since, until) AS (
            SELECT 1, 'human_interaction', coalesce(h.claimed_by, h.assigned_to, h.user_id)::text, h.channel_type, h.node_id, h.iteration::bigint,
                h.created_at, h.timeout_at
            FROM run JOIN human_interactions h ON h.execution_id = run.id WHERE h.status = 'pending'
            UNION ALL
            SELECT 2, p.pause_reason, p.user_id::text, NULL, p.paused_node_id, p.iteration::bigint, p.paused_at, NULL
            FROM run JOIN workflow_execution_pauses p ON p.execution_id = run.id WHERE p.status = 'active' AND p.pause_reason = 'manual'
            UNION ALL
            SELECT 3, t.reason, NULL, NULL, t.node_id, t.iteration::bigint, t.created_at, t.due_at
            FROM run JOIN execution_timers t USING (execution_id) WHERE t.reason <> 'execution_timeout')
        SELECT w.reason, w.who, w.channel, w.node_id, n.node_name, w.iteration, w.since, w.until
        FROM waits w LEFT JOIN node_executions n ON n.execution_id = $1 AND n.node_id = w.node_id AND n.iteration = w.iteration
        ORDER BY w.rank, w.until, w.node_id LIMIT 1
        """;

    private const string Nodes = """
        SELECT node_id, node_name, node_type, node_subtype, iteration, status, start_time, end_time, input_data, output_data, error_data,
            retry_count, max_retries, reused_from
        FROM node_executions WHERE execution_id = $1
        ORDER BY coalesce(start_time, end_time) NULLS LAST, position, iteration, node_id
        """;

    /// <summary>What must happen before the run goes on.</summary>
    /// <param name="Who">The user who is asked or who has paused it; null when it is only a matter of time.</param>
    /// <param name="Channel">Where the question was put: slack, email, webhook, in_app.</param>
    /// <param name="Until">When it goes on, or gives up waiting; null when there is no such time.</param>
    public sealed record WaitingFor(
        string Reason, string? Who, string? Channel, string NodeId, string? NodeName, long Iteration, DateTimeOffset Since, DateTimeOffset? Until);

    public sealed record NodeExecution(
        string NodeId, string? NodeName, string NodeType, string? NodeSubtype, long Iteration, string Status, long? StartTime, long? EndTime,
        JsonElement? InputData, JsonElement? OutputData, JsonElement? ErrorData, int? RetryCount, int? MaxRetries,
        string? ReusedFrom);

    public sealed record Answer(
        string ExecutionId, Guid WorkflowId, string WorkflowName, int WorkflowVersion, string Status, string Mode, string? TriggeredBy,
        string? TriggerNodeId, JsonElement? TriggerData, string? ParentExecutionId, long? StartTime, long? EndTime, string? ErrorMessage,
        JsonElement? ErrorDetails, long TokensUsed, decimal CreditsConsumed, DateTimeOffset CreatedAt)
    {
        public WaitingFor? WaitingFor { get; init; }

        public IReadOnlyList<NodeExecution> NodeExecutions { get; init; } = [];
    }

    public async Task<Answer> HandleAsync(ExecutionId executionId, Caller caller, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            caller,
            [
                Statement.Of(Execution, Statement.Text(executionId.Value)),
                Statement.Of(Waits, Statement.Text(executionId.Value)),
                Statement.Of(Nodes, Statement.Text(executionId.Value)),
            ],
            async (reader, token) =>
            {
                if (!await reader.ReadAsync(token))
                {
                    throw Problems.NotFound("execution");
                }
                var execution = ReadRow(reader);

                await reader.NextResultAsync(token);
                var waitingFor = await reader.ReadAsync(token) ? ReadWait(reader) : null;

                await reader.NextResultAsync(token);
                var nodes = new List<NodeExecution>();
                while (await reader.ReadAsync(token))
                {
                    nodes.Add(ReadNode(reader));
                }
                return execution with { WaitingFor = waitingFor, NodeExecutions = nodes };
            },
            cancellationToken);

    private static Answer ReadRow(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetGuid(1), reader.GetString(2), reader.GetInt32(3), reader.GetString(4), reader.GetString(5),
        reader.Text(6), reader.Text(7), reader.Json(8), reader.Text(9), reader.Long(10), reader.Long(11), reader.Text(12), reader.Json(13),
        reader.GetInt64(14), reader.GetDecimal(15), reader.GetFieldValue<DateTimeOffset>(16));

    private static WaitingFor ReadWait(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.Text(1), reader.Text(2), reader.GetString(3), reader.Text(4), reader.GetInt64(5),
        reader.GetFieldValue<DateTimeOffset>(6), reader.Moment(7));

    private static NodeExecution ReadNode(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.Text(1), reader.GetString(2), reader.Text(3), reader.GetInt64(4), reader.GetString(5), reader.Long(6),
        reader.Long(7), reader.Json(8), reader.Json(9), reader.Json(10), reader.Integer(11), reader.Integer(12),
        reader.Text(13));
}
