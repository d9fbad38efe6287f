using AiTeams.HumanInTheLoop.Asking;
using AiTeams.HumanInTheLoop.Deciding;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.HumanInTheLoop.Resuming;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Inbox;

/// <summary>What can be done with an open interaction besides answering it. Each holds its row, so of two that come together one comes first.</summary>
internal sealed class ManageInteraction(NpgsqlDataSource database, InboxAccess access, InteractionGate gate, HilAlarm alarm)
{
    private const string Find = $"SELECT {Interaction.Columns} FROM human_interactions h WHERE h.id = $1";

    private const string ClaimIt = "UPDATE human_interactions SET claimed_by = $2, claimed_at = clock_timestamp() WHERE id = $1 AND status = 'pending'";

    private const string DelegateIt = "UPDATE human_interactions SET assigned_to = $2, claimed_by = NULL, claimed_at = NULL WHERE id = $1 AND status = 'pending'";

    private const string Assign = """
        INSERT INTO hil_assignees (interaction_id, user_id) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT hil_assignees_user_key DO NOTHING
        """;

    private const string CountReminders = "SELECT coalesce(max(number), 1) + 1 FROM hil_deliveries WHERE interaction_id = $1 AND message_type = 'warning'";

    private const string Reminded = "UPDATE human_interactions SET reminded_at = clock_timestamp() WHERE id = $1 AND status = 'pending'";

    /// <summary>Withdraws the question; the node fails with <c>interaction_cancelled</c>.</summary>
    public async Task<InteractionAnswer> CancelAsync(Guid id, Caller caller, string reason, CancellationToken cancellationToken)
    {
        await access.RequireOwnerAsync(caller, id, cancellationToken);
        return await ChangeAsync(id, async (connection, interaction, now) =>
            await gate.EndAsync(
                connection, interaction, Verdict.Cancelled(interaction, Responder.User(caller.UserId, caller.Email), reason, now), now, cancellationToken), cancellationToken);
    }

    /// <summary>From then on nobody else may answer. Claiming one's own again is no error.</summary>
    public async Task<InteractionAnswer> ClaimAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        await access.RequireAsync(caller, id, cancellationToken);
        return await ChangeAsync(id, async (connection, interaction, _) =>
        {
            var refusal = AnswerRights.Check(
                interaction.Question, Responder.User(caller.UserId, caller.Email), interaction.IsEscalated, interaction.AssignedTo, interaction.ClaimedBy);
            if (refusal is not null)
            {
                throw refusal.Code == "claimed" ? Problems.Conflict(refusal.Reason, refusal.Code) : new ProblemException(403, refusal.Code, "Not allowed", refusal.Reason);
            }

            await ExecuteAsync(connection, Statement.Of(ClaimIt, Statement.Uuid(id), Statement.Uuid(caller.UserId)), cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Hands the question to another user, who may then answer whoever else was named.</summary>
    public async Task<InteractionAnswer> DelegateAsync(Guid id, Caller caller, Guid userId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(caller, id, cancellationToken);
        try
        {
            return await ChangeAsync(id, async (connection, interaction, _) =>
            {
                if (!interaction.Question.AllowDelegation)
                {
                    throw Problems.Conflict("This question may not be delegated.", "delegation_not_allowed");
                }

                if (!interaction.Question.RequesterMayAnswer && userId.ToString("D") == interaction.Question.Requester)
                {
                    throw Problems.Conflict("Whoever started the run may not answer its question.", "requester_may_not_answer");
                }

                await ExecuteAsync(connection, Statement.Of(DelegateIt, Statement.Uuid(id), Statement.Uuid(userId)), cancellationToken);
                await ExecuteAsync(connection, Statement.Of(Assign, Statement.Uuid(id), Statement.Uuid(userId)), cancellationToken);
            }, cancellationToken);
        }
        catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw Problems.Validation("unknown_user", "There is no such user.", "/user_id");
        }
    }

    /// <summary>Reminds everybody who was asked, now.</summary>
    public async Task<InteractionAnswer> RemindAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        await access.RequireOwnerAsync(caller, id, cancellationToken);
        return await ChangeAsync(id, async (connection, _, _) =>
        {
            await using var count = connection.CreateBatch();
            count.BatchCommands.Add(Statement.Of(CountReminders, Statement.Uuid(id)));
            var number = (int)(await count.ExecuteScalarAsync(cancellationToken))!;
            await ExecuteAsync(connection, DeliveryRows.ToAll(id, "warning", number), cancellationToken);
            await ExecuteAsync(connection, Statement.Of(Reminded, Statement.Uuid(id)), cancellationToken);
        }, cancellationToken);
    }

    private async Task<InteractionAnswer> ChangeAsync(
        Guid id, Func<NpgsqlConnection, Interaction, DateTimeOffset, Task> change, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await InteractionGate.LockAsync(connection, id, cancellationToken) is not var (interaction, now))
        {
            throw Conflicts.Ended(await FindAsync(connection, id, cancellationToken));
        }

        await change(connection, interaction, now);
        var changed = await FindAsync(connection, id, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        alarm.Ring();
        return InteractionAnswer.Of(changed);
    }

    private static async Task<Interaction> FindAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Find, Statement.Uuid(id)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Interaction.Read(reader) : throw Problems.NotFound("interaction");
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
