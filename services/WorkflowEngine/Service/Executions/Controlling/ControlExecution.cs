using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Executions.Reading;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.WorkflowEngine.Executions.Controlling;

/// <summary>Who asks for what, of an execution that has to be the caller's. With the same key the same answer comes twice.</summary>
internal sealed record ControlRequest(ControlCommand Command, string RequestedBy, string? IdempotencyKey = null);

/// <summary>How an execution stands after a command. Not decided: its owner has not got round to it, most likely because it is being taken over.</summary>
internal sealed record ControlAnswer(string ExecutionId, string Status, bool IsDecided);

/// <summary>
/// Cancels, pauses, resumes or answers an execution, wherever it runs, and returns when it is true. Throws the 409 problem that says what
/// stands in the way (for an answer: which other one has won), and the 404 problem for an execution that is not the caller's.
/// </summary>
internal sealed class ControlExecution(
    UserDatabase userDatabase, NpgsqlDataSource database, CommandDuty duty, EarlierAnswer earlier, TimeProvider clock)
{
    // A living owner decides within a few milliseconds. Longer than this, and a takeover is under way: the caller need not wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(100);

    private const string FindStatus = "SELECT status FROM workflow_executions WHERE execution_id = $1";

    private const string Ask = """
        INSERT INTO execution_commands (id, execution_id, user_id, kind, node_id, iteration, port, payload, idempotency_key, requested_by)
        SELECT $1, execution_id, user_id, $4, $5, $6, $7, $8, $9, $10 FROM workflow_executions
        WHERE execution_id = $2 AND user_id = $3 AND (status NOT IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT') OR $9 IS NOT NULL)
        ON CONFLICT DO NOTHING
        """;

    private const string FindCommand = """
        SELECT id, kind = $4 AND (kind <> 'answer' OR (node_id, iteration, port, payload) IS NOT DISTINCT FROM ($6, $7, $8, $9)) FROM execution_commands
        WHERE execution_id = $2 AND user_id = $3 AND (id = $1 OR idempotency_key = $5 OR (kind = $4 AND kind <> 'answer' AND decided_at IS NULL))
        ORDER BY idempotency_key IS NOT DISTINCT FROM $5 DESC LIMIT 1
        """;

    private const string FindVerdict = """
        SELECT c.outcome, coalesce(c.result_status, e.status), c.code, c.detail
        FROM execution_commands c JOIN workflow_executions e ON e.execution_id = c.execution_id WHERE c.id = $1
        """;

    public async Task<ControlAnswer> HandleAsync(Caller caller, ExecutionId executionId, ControlRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await ControlAsync(caller, executionId, request, cancellationToken);
        }
        catch (ProblemException refusal) when (refusal.Status == StatusCodes.Status409Conflict && request.Command.Kind == ControlKind.Answer)
        {
            return await earlier.InsteadOfAsync(refusal, executionId, request.Command, cancellationToken);
        }
    }

    private async Task<ControlAnswer> ControlAsync(Caller caller, ExecutionId executionId, ControlRequest request, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var look = FirstLook;
        ControlAnswer? last = null;
        for (Guid? id = null; last is null || clock.GetElapsedTime(started) < Patience;)
        {
            // A command that was open when we joined it may be decided by the time we look for it: then we ask again.
            if (id is null)
            {
                (var status, id) = await AskAsync(caller, executionId, request, cancellationToken);
                if (id is null && status.IsTerminal())
                {
                    return Answered(executionId, ControlVerdict.AfterTheEnd(request.Command.Kind, status), status.ToWire());
                }
            }

            await duty.RunOnceAsync(cancellationToken);
            last = id is { } asked ? await VerdictAsync(executionId, asked, cancellationToken) : null;
            if (last is { IsDecided: true })
            {
                return last;
            }

            await Task.Delay(look, clock, cancellationToken);
            look = look * 2 < LongestLook ? look * 2 : LongestLook;
        }

        return last;
    }

    private Task<(ExecutionStatus Status, Guid? Id)> AskAsync(
        Caller caller, ExecutionId executionId, ControlRequest request, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var command = request.Command;
        var kind = ExecutionCommand.ToWire(command.Kind);
        var isAnswer = command.Kind == ControlKind.Answer;
        return userDatabase.QueryAsync(
            caller,
            [
                Command(FindStatus, executionId.Value),
                UserDatabase.BackToService(),
                Command(
                    Ask, id, executionId.Value, caller.UserId, kind, Text(isAnswer ? command.Run.NodeId : null), command.Run.Iteration,
                    Text(command.Port), Json(command), Text(request.IdempotencyKey), request.RequestedBy),
                Command(
                    FindCommand, id, executionId.Value, caller.UserId, kind, Text(request.IdempotencyKey), Text(isAnswer ? command.Run.NodeId : null),
                    command.Run.Iteration, Text(command.Port), Json(command)),
                Command("SELECT pg_notify($1, '')", CommandDuty.Channel),
            ],
            static async (reader, token) =>
            {
                if (!await reader.ReadAsync(token))
                {
                    throw Problems.NotFound("execution");
                }

                var status = ExecutionStatuses.Parse(reader.GetString(0));
                await reader.NextResultAsync(token);      // what became of the role
                await reader.NextResultAsync(token);
                if (!await reader.ReadAsync(token))
                {
                    return (status, (Guid?)null);
                }

                return await reader.IsDBNullAsync(1, token) || !reader.GetBoolean(1)
                    ? throw Problems.Conflict("This idempotency key has been used for another command to the execution.", "idempotency_key_reused")
                    : (status, reader.GetGuid(0));
            },
            cancellationToken);
    }

    private async Task<ControlAnswer?> VerdictAsync(ExecutionId executionId, Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(FindVerdict);
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            throw Problems.NotFound("execution");         // deleted in the meantime, and the command with it
        }

        var status = reader.GetString(1);
        if (await reader.IsDBNullAsync(0, cancellationToken))
        {
            return new ControlAnswer(executionId.Value, status, IsDecided: false);
        }

        return reader.GetString(0) == "refused"
            ? throw Problems.Conflict(reader.GetString(3), reader.GetString(2))
            : new ControlAnswer(executionId.Value, status, IsDecided: true);
    }

    private static ControlAnswer Answered(ExecutionId executionId, ControlVerdict verdict, string status) =>
        verdict.Outcome == ControlOutcome.Refused
            ? throw Problems.Conflict(verdict.Reason!, verdict.Code!)
            : new ControlAnswer(executionId.Value, status, IsDecided: true);

    private static NpgsqlParameter Json(ControlCommand command) =>
        new() { Value = command.Payload.IsMissing ? DBNull.Value : command.Payload.ToString(), NpgsqlDbType = NpgsqlDbType.Jsonb };

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
