using AiTeams.HumanInTheLoop.Deciding;
using AiTeams.HumanInTheLoop.Resuming;
using AiTeams.ServiceDefaults.Database;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Replies;

/// <summary>A question a reply may belong to.</summary>
/// <param name="Reference">Of the message that put it: the reply's thread, when it is named.</param>
/// <param name="Recipient">Whom that message was sent to.</param>
/// <param name="IsNamed">Whether the reply says that it replies to one of its messages.</param>
/// <param name="SigningSecret">Slack's; null for other channels.</param>
internal sealed record Candidate(Interaction Interaction, string Reference, string Recipient, bool IsNamed, string? SigningSecret);

/// <summary>Keeps what came in before anything is made of it, and finds what it may belong to.</summary>
internal sealed class ReplyStore(NpgsqlDataSource database, HilAlarm alarm)
{
    private const string Named = $"""
        SELECT {Interaction.Columns}, d.reference, d.recipient, true, s.secrets -> 'slack' ->> 'signing_secret'
        FROM hil_deliveries d JOIN human_interactions h ON h.id = d.interaction_id LEFT JOIN hil_channel_secrets s ON s.interaction_id = h.id
        WHERE d.reference = ANY ($1) AND d.channel_type = $2 AND ($3::uuid IS NULL OR h.workflow_id = $3) ORDER BY d.sent_at LIMIT 100
        """;

    private const string InPlace = $"""
        SELECT {Interaction.Columns}, d.reference, d.recipient, false, s.secrets -> 'slack' ->> 'signing_secret'
        FROM hil_deliveries d JOIN human_interactions h ON h.id = d.interaction_id LEFT JOIN hil_channel_secrets s ON s.interaction_id = h.id
        WHERE split_part(d.reference, ':', 1) = $1 AND d.channel_type = 'slack' AND d.status = 'sent' AND d.message_type IN ('request', 'escalated')
            AND h.status = 'pending' AND ($2::uuid IS NULL OR h.workflow_id = $2) ORDER BY d.sent_at DESC LIMIT 100
        """;

    private const string Add = """
        INSERT INTO hil_responses (workflow_id, user_id, source_channel, external_id, raw_payload, sender, received_at)
        SELECT w, u, $3, left($4, 255), $5, left($6, 320), clock_timestamp() FROM unnest($1::uuid[], $2::uuid[]) AS q (w, u)
        ON CONFLICT ON CONSTRAINT hil_responses_external_id_key DO NOTHING
        """;

    /// <summary>By what it replies to; failing that, for Slack, what is open in its channel.</summary>
    /// <param name="workflowId">Null: of every workflow.</param>
    public async Task<IReadOnlyList<Candidate>> FindAsync(IncomingReply reply, Guid? workflowId, CancellationToken cancellationToken)
    {
        var named = await ReadAsync(
            Statement.Of(Named, Statement.Texts([.. reply.References]), Statement.Text(reply.Channel), Statement.Uuid(workflowId)), cancellationToken);
        return named.Count > 0 || reply.Channel != "slack" || reply.References.Count > 0
            ? named
            : await ReadAsync(Statement.Of(InPlace, Statement.Text(reply.Place), Statement.Uuid(workflowId)), cancellationToken);
    }

    /// <summary>One row for each workflow that it may concern; what is there already stays as it is.</summary>
    public async Task AddAsync(IncomingReply reply, IEnumerable<Candidate> candidates, CancellationToken cancellationToken)
    {
        var workflows = candidates.Select(one => (one.Interaction.WorkflowId, one.Interaction.UserId)).Distinct().ToArray();
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(
            Add, new NpgsqlParameter { Value = Array.ConvertAll(workflows, one => one.WorkflowId) }, new NpgsqlParameter { Value = Array.ConvertAll(workflows, one => one.UserId) },
            Statement.Text(reply.Channel), Statement.Text(reply.ExternalId), Statement.Json(reply.ToJson()), Statement.Text(reply.Sender)));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        alarm.Ring();
    }

    private async Task<List<Candidate>> ReadAsync(NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var candidates = new List<Candidate>();
        while (await reader.ReadAsync(cancellationToken))
        {
            const int at = Interaction.ColumnCount;
            candidates.Add(new Candidate(Interaction.Read(reader), reader.GetString(at), reader.GetString(at + 1), reader.GetBoolean(at + 2), reader.Text(at + 3)));
        }

        return candidates;
    }
}
