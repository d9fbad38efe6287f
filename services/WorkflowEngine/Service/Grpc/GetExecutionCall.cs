using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Npgsql;

namespace AiTeams.WorkflowEngine.Grpc;

/// <summary>GetExecution: one execution and its node executions, both in one round trip.</summary>
internal sealed class GetExecutionCall(UserDatabase database)
{
    private const string SelectExecution = """
        SELECT workflow_id, status, mode, start_time, end_time, error_message FROM workflow_executions WHERE execution_id = $1
        """;

    private const string SelectNodes = """
        SELECT node_id, node_type, status, start_time, end_time, output_data, error_data
        FROM node_executions WHERE execution_id = $1 ORDER BY start_time NULLS LAST, position, iteration
        """;

    public Task<Execution> HandleAsync(GetExecutionRequest request, ServerCallContext context) =>
        database.QueryAsync(
            GrpcCaller.From(request.UserId),
            [Command(SelectExecution, request.ExecutionId), Command(SelectNodes, request.ExecutionId)],
            (reader, ct) => ReadAsync(request.ExecutionId, reader, ct),
            context.CancellationToken);

    private static async Task<Execution> ReadAsync(string executionId, NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        if (!await reader.ReadAsync(cancellationToken))
        {
            throw Problems.NotFound("execution");
        }

        var execution = new Execution
        {
            ExecutionId = executionId,
            WorkflowId = reader.GetGuid(0).ToString("D"),
            Status = reader.GetString(1),
            Mode = reader.GetString(2) switch
            {
                "MANUAL" => ExecutionMode.Manual,
                "WEBHOOK" => ExecutionMode.Webhook,
                "RETRY" => ExecutionMode.Retry,
                _ => ExecutionMode.Trigger,
            },
            StartTime = Instant(reader, 3),
            EndTime = Instant(reader, 4),
            ErrorMessage = reader.IsDBNull(5) ? "" : reader.GetString(5),
        };

        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            execution.NodeExecutions.Add(new NodeExecution
            {
                NodeId = reader.GetString(0),
                NodeType = reader.GetString(1),
                Status = reader.GetString(2),
                StartTime = Instant(reader, 3),
                EndTime = Instant(reader, 4),
                OutputData = Json(reader, 5),
                ErrorData = Json(reader, 6),
            });
        }

        return execution;
    }

    private static NpgsqlBatchCommand Command(string sql, string executionId) => new(sql) { Parameters = { new() { Value = executionId } } };

    private static Timestamp? Instant(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column)));

    private static Value? Json(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : Value.Parser.ParseJson(reader.GetString(column));
}
