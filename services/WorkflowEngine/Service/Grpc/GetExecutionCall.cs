using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using Google.Protobuf;
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
        SELECT node_id, node_type, status, start_time, end_time, output_data, error_data, iteration
        FROM node_executions WHERE execution_id = $1 ORDER BY start_time NULLS LAST, position, iteration
        """;

    private const string SelectNode = """
        SELECT node_id, node_type, status, start_time, end_time, output_data, error_data, iteration
        FROM node_executions WHERE execution_id = $1 AND node_id = $2 AND iteration = $3
        """;

    public Task<Execution> HandleAsync(GetExecutionRequest request, ServerCallContext context) =>
        database.QueryAsync(
            GrpcCaller.From(request.UserId),
            [
                Command(SelectExecution, request.ExecutionId),
                request.NodeId.Length == 0 ? Command(SelectNodes, request.ExecutionId) : Command(SelectNode, request.ExecutionId, request.NodeId, request.Iteration),
            ],
            (reader, ct) => ReadAsync(request, reader, ct),
            context.CancellationToken);

    private static async Task<Execution> ReadAsync(GetExecutionRequest request, NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        if (!await reader.ReadAsync(cancellationToken))
        {
            throw Problems.NotFound("execution");
        }

        var execution = new Execution
        {
            ExecutionId = request.ExecutionId,
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
            var isAlone = request.NodeId.Length > 0;
            execution.NodeExecutions.Add(new NodeExecution
            {
                NodeId = reader.GetString(0),
                NodeType = reader.GetString(1),
                Status = reader.GetString(2),
                StartTime = Instant(reader, 3),
                EndTime = Instant(reader, 4),
                OutputData = isAlone ? null : Json(reader, 5),
                ErrorData = Json(reader, 6),
                Iteration = reader.GetInt64(7),
                OutputJson = isAlone && !reader.IsDBNull(5) ? ByteString.CopyFromUtf8(reader.GetString(5)) : ByteString.Empty,
            });
        }

        return execution;
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object> arguments)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(new() { Value = argument });
        }

        return command;
    }

    private static Timestamp? Instant(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column)));

    private static Value? Json(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : Value.Parser.ParseJson(reader.GetString(column));
}
