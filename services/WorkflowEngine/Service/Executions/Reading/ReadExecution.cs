using System.Text.Json;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.WorkflowEngine.Statements;
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

    private const string Timer = """
        SELECT t.reason, t.node_id, n.node_name, t.iteration, t.created_at, t.due_at
        FROM execution_timers t
            JOIN workflow_executions e USING (execution_id)
            LEFT JOIN node_executions n USING (execution_id, node_id, iteration)
        WHERE t.execution_id = $1 AND e.status NOT IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT')
        ORDER BY t.due_at, t.node_id LIMIT 1
        """;

    private const string Nodes = """
        SELECT node_id, node_name, node_type, node_subtype, iteration, status, start_time, end_time, input_data, output_data, error_data,
            retry_count, max_retries
        FROM node_executions WHERE execution_id = $1
        ORDER BY coalesce(start_time, end_time) NULLS LAST, position, iteration, node_id
        """;

    /// <summary>What must happen before the run goes on: here a timer, so nobody is asked.</summary>
    public sealed record WaitingFor(
        string Reason, string? Who, string NodeId, string? NodeName, long Iteration, DateTimeOffset Since, DateTimeOffset Until);

    public sealed record NodeExecution(
        string NodeId, string? NodeName, string NodeType, string? NodeSubtype, long Iteration, string Status, long? StartTime, long? EndTime,
        JsonElement? InputData, JsonElement? OutputData, JsonElement? ErrorData, int? RetryCount, int? MaxRetries);

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
                Statement.Of(Timer, Statement.Text(executionId.Value)),
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
                var waitingFor = await reader.ReadAsync(token) ? ReadTimer(reader) : null;

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

    private static WaitingFor ReadTimer(NpgsqlDataReader reader) => new(
        reader.GetString(0), Who: null, reader.GetString(1), reader.Text(2), reader.GetInt64(3),
        reader.GetFieldValue<DateTimeOffset>(4), reader.GetFieldValue<DateTimeOffset>(5));

    private static NodeExecution ReadNode(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.Text(1), reader.GetString(2), reader.Text(3), reader.GetInt64(4), reader.GetString(5), reader.Long(6),
        reader.Long(7), reader.Json(8), reader.Json(9), reader.Json(10), reader.Integer(11), reader.Integer(12));
}
