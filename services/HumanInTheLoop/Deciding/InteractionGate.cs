using System.Text.Json;
using AiTeams.Contracts.Events;
using AiTeams.HumanInTheLoop.Resuming;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Hosting;
using AiTeams.ServiceDefaults.Messaging;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Deciding;

/// <summary>
/// The one way in which an interaction ends. Answers, time-outs, cancellations and failures all pass the row's lock, and only the first finds it
/// pending. With its end are written what the engine has to hear and what people are told, so neither can be lost or happen without the other.
/// </summary>
internal sealed class InteractionGate(Outbox outbox, HilAlarm alarm)
{
    private const string Lock = $"SELECT {Interaction.Columns}, clock_timestamp() FROM human_interactions h WHERE h.id = $1 AND h.status = 'pending' FOR UPDATE";

    private const string End = """
        WITH ended AS (
            UPDATE human_interactions SET status = $2, outcome = $3, response_data = coalesce($4, response_data), answered_by = $5, responded_at = $6
            WHERE id = $1 AND status = 'pending' RETURNING id, user_id),
        resumed AS (
            INSERT INTO hil_resumptions (interaction_id, payload) SELECT id, $7 FROM ended ON CONFLICT DO NOTHING),
        dropped AS (
            UPDATE hil_deliveries d SET status = 'dropped' FROM ended e
            WHERE d.interaction_id = e.id AND d.status = 'queued' AND d.message_type IN ('request', 'warning', 'escalated', 'clarification')),
        told AS (
            INSERT INTO hil_deliveries (interaction_id, user_id, channel_type, recipient, message_type, variables, status, sent_at)
            SELECT DISTINCT e.id, e.user_id, d.channel_type, d.recipient, $8, $9::jsonb, CASE d.channel_type WHEN 'in_app' THEN 'sent' ELSE 'queued' END,
                CASE d.channel_type WHEN 'in_app' THEN clock_timestamp() END
            FROM ended e JOIN hil_deliveries d ON d.interaction_id = e.id
            WHERE d.status = 'sent' AND d.message_type IN ('request', 'escalated') ON CONFLICT DO NOTHING)
        SELECT id FROM ended
        """;

    /// <summary>Holds the row until the transaction ends. Null: it is not there, or not pending.</summary>
    public static async Task<(Interaction Interaction, DateTimeOffset Now)?> LockAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Lock, Statement.Uuid(id)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (Interaction.Read(reader), reader.GetFieldValue<DateTimeOffset>(Interaction.ColumnCount)) : null;
    }

    /// <summary>Ends it in the caller's transaction. False: somebody else has ended it before.</summary>
    public async Task<bool> EndAsync(NpgsqlConnection connection, Interaction interaction, Verdict verdict, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(
            End, Statement.Uuid(interaction.Id), Statement.Text(verdict.Status), Statement.Text(verdict.Outcome),
            Statement.Json(verdict.ResponseData?.ToJsonString()),
            Statement.Json(verdict.Responder is { } responder ? JsonSerializer.Serialize(responder, JsonConventions.Options) : null),
            Statement.Moment(verdict.Status == "responded" ? now : null), Statement.Json(verdict.Payload.ToJsonString()), Statement.Text(verdict.Occasion),
            Statement.Json(verdict.Variables.ToJsonString())));
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return false;
            }
        }

        if (verdict.Status == "responded")
        {
            await using var told = connection.CreateBatch();
            told.BatchCommands.Add(outbox.Insert(new InteractionAnswered(
                interaction.UserId, interaction.WorkflowId, interaction.Question.ExecutionId, interaction.NodeId, interaction.Id,
                verdict.ResponseData!.ToJsonString(), now)));
            await told.ExecuteNonQueryAsync(cancellationToken);
        }

        return true;
    }

    /// <summary>After the commit: what was written is taken up at once.</summary>
    public void Announce()
    {
        outbox.Wake();
        alarm.Ring();
    }
}
