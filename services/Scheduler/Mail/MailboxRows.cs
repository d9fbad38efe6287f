using System.Text.Json.Nodes;
using AiTeams.Scheduler.Triggers;
using AiTeams.ServiceDefaults.Database;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.Scheduler.Mail;

/// <summary>How far a mailbox has been read.</summary>
/// <param name="UidValidity">What its numbers belong to (RFC 9051, section 2.3.1.1); null: nobody has looked yet.</param>
/// <param name="LastUid">What has this number or a lower one has been dealt with.</param>
/// <param name="RenumberedBelow">Messages below may be old ones under new numbers: their date says whether they came after the deployment. 0: none are.</param>
internal sealed record MailboxPosition(long? UidValidity, long LastUid, long RenumberedBelow)
{
    public static MailboxPosition Unread { get; } = new(null, 0, 0);
}

/// <summary>A mailbox that is to be looked into.</summary>
/// <param name="ListeningSince">The database's clock when it was deployed, or resumed.</param>
internal sealed record DueMailbox(Guid Id, DeployedTrigger Trigger, MailboxPosition Position, DateTimeOffset ListeningSince, int Failures);

/// <summary>What came of a look.</summary>
/// <param name="Error">Why it was not read to the end; null when it was.</param>
/// <param name="Pause">Until the next look.</param>
internal sealed record MailboxLook(DueMailbox Mailbox, MailboxPosition Position, string? Error, TimeSpan Pause);

/// <summary>trigger_mailboxes: one row per trigger that reads a mailbox, as long as it listens.</summary>
internal static class MailboxRows
{
    /// <summary>Longer than a look takes at most: who dies with a mailbox leaves it to the others.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(3);

    // Which mailbox it is, without who may read it: a new password goes on where the old one was.
    private const string Mailbox = """
        md5(concat_ws(E'\n', lower(t.trigger_config -> 'server_config' ->> 'host'), coalesce(t.trigger_config -> 'server_config' ->> 'port', '993'),
            t.trigger_config -> 'credentials' ->> 'username', coalesce(nullif(t.trigger_config ->> 'mailbox', ''), 'INBOX')))
        """;

    private const string Listening = """
        t.trigger_subtype = 'EMAIL' AND t.is_active AND t.deployment_status = 'active' AND coalesce(nullif(t.trigger_config ->> 'email_provider', ''), 'imap') = 'imap'
        """;

    private const string Leave = $"""
        DELETE FROM trigger_mailboxes m WHERE m.workflow_id = $1 AND NOT EXISTS (
            SELECT FROM trigger_index t WHERE t.workflow_id = m.workflow_id AND t.node_id = m.node_id AND {Listening} AND {Mailbox} = m.mailbox)
        """;

    // Deployed again it is looked into at once: perhaps it is the password that was put right.
    private const string Enter = $"""
        INSERT INTO trigger_mailboxes AS m (workflow_id, user_id, node_id, mailbox)
        SELECT t.workflow_id, t.user_id, t.node_id, {Mailbox} FROM trigger_index t WHERE t.workflow_id = $1 AND {Listening}
        ON CONFLICT (workflow_id, node_id) DO UPDATE SET next_check_at = clock_timestamp(), failures = 0, error_message = NULL
        """;

    private const string Claim = """
        WITH due AS MATERIALIZED (
            SELECT m.id, t.workflow_id, t.user_id, t.node_id, t.workflow_version, t.index_key, t.trigger_config::text AS configuration
            FROM trigger_mailboxes m JOIN trigger_index t ON t.workflow_id = m.workflow_id AND t.node_id = m.node_id AND t.trigger_subtype = 'EMAIL'
            WHERE m.next_check_at <= (SELECT clock_timestamp()) ORDER BY m.next_check_at LIMIT $1 FOR UPDATE OF m SKIP LOCKED)
        UPDATE trigger_mailboxes m SET next_check_at = clock_timestamp() + $2 FROM due WHERE m.id = due.id
        RETURNING m.id, due.workflow_id, due.user_id, due.node_id, due.workflow_version, due.index_key, due.configuration,
            m.uid_validity, m.last_uid, m.renumbered_below, m.listening_since, m.failures
        """;

    // Whoever was overtaken by another look, or by a deployment, has nothing to say: what it fired is known by its id and fires nothing again.
    private const string Remember = """
        UPDATE trigger_mailboxes SET uid_validity = $4, last_uid = $5, renumbered_below = $6, error_message = $7, failures = CASE WHEN $7 IS NULL THEN 0 ELSE failures + 1 END,
            checked_at = clock_timestamp(), next_check_at = clock_timestamp() + $8
        WHERE id = $1 AND uid_validity IS NOT DISTINCT FROM $2 AND last_uid = $3
        """;

    /// <summary>Brings a workflow's rows into line with its triggers: who has begun to listen reads from now on, who has stopped forgets where it was.</summary>
    public static void Follow(NpgsqlBatch batch, Guid workflowId)
    {
        batch.BatchCommands.Add(Statement.Of(Leave, Statement.Uuid(workflowId)));
        batch.BatchCommands.Add(Statement.Of(Enter, Statement.Uuid(workflowId)));
    }

    public static async Task<IReadOnlyList<DueMailbox>> ClaimAsync(NpgsqlDataSource database, int most, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Claim, Statement.Integer(most), Interval(Lease)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var claimed = new List<DueMailbox>();
        while (await reader.ReadAsync(cancellationToken))
        {
            claimed.Add(new DueMailbox(
                reader.GetGuid(0),
                new DeployedTrigger(
                    reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3), reader.GetInt32(4), EmailTrigger.Name, reader.GetString(5),
                    JsonNode.Parse(reader.GetString(6)) as JsonObject ?? []),
                new MailboxPosition(reader.IsDBNull(7) ? null : reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9)),
                reader.GetFieldValue<DateTimeOffset>(10), reader.GetInt32(11)));
        }

        return claimed;
    }

    public static async Task RememberAsync(NpgsqlDataSource database, MailboxLook look, CancellationToken cancellationToken)
    {
        var (before, after) = (look.Mailbox.Position, look.Position);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(
            Remember, Statement.Uuid(look.Mailbox.Id), Number(before.UidValidity), Number(before.LastUid), Number(after.UidValidity), Number(after.LastUid),
            Number(after.RenumberedBelow), Statement.Text(look.Error), Interval(look.Pause)));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlParameter Number(long? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint };

    private static NpgsqlParameter Interval(TimeSpan value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Interval };
}
