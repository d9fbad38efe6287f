using AiTeams.ServiceDefaults.Errors;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Executions.Reading;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.WorkflowEngine.Executions.Controlling;

/// <summary>
/// What is said to an answer that comes too late: the same as to the one that won, when both are the same; otherwise who has won, and with what.
/// </summary>
internal sealed class EarlierAnswer(NpgsqlDataSource database)
{
    // What wakes the caller of a sub-workflow is an answer too, but it says nothing and wins over nobody.
    private const string Find = $"""
        SELECT result_status, requested_by, port, decided_at, (port, payload) IS NOT DISTINCT FROM ($4, $5) FROM execution_commands
        WHERE execution_id = $1 AND kind = 'answer' AND node_id = $2 AND iteration = $3 AND outcome = 'done' AND requested_by <> '{SubWorkflow}'
        ORDER BY decided_at DESC LIMIT 1
        """;

    private const string SubWorkflow = Runtime.RunSubWorkflow.TriggeredBy;

    /// <summary>The answer of the first of two that are the same. Throws what tells this one why it has not won.</summary>
    public async Task<ControlAnswer> InsteadOfAsync(
        ProblemException refusal, ExecutionId executionId, ControlCommand command, CancellationToken cancellationToken)
    {
        await using var find = database.CreateCommand(Find);
        find.Parameters.Add(new() { Value = executionId.Value });
        find.Parameters.Add(new() { Value = command.Run.NodeId });
        find.Parameters.Add(new() { Value = command.Run.Iteration });
        find.Parameters.Add(new() { Value = (object?)command.Port ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        find.Parameters.Add(new() { Value = command.Payload.IsMissing ? DBNull.Value : command.Payload.ToString(), NpgsqlDbType = NpgsqlDbType.Jsonb });
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            throw refusal;
        }

        if (reader.GetBoolean(4))
        {
            return new ControlAnswer(executionId.Value, reader.GetString(0), IsDecided: true);
        }

        var port = await reader.IsDBNullAsync(2, cancellationToken) ? "" : $" on port '{reader.GetString(2)}'";
        throw Problems.Conflict(
            $"Another answer to node '{command.Run.NodeId}' has won: that of {reader.GetString(1)}{port}, at {reader.GetDateTime(3):yyyy-MM-ddTHH:mm:ss.fffZ}.",
            "already_answered");
    }
}
