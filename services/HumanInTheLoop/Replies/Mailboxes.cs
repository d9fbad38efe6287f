using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AiTeams.Contracts.Integrations.V1;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.ServiceDefaults.Database;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Replies;

/// <summary>A mailbox to be looked into now.</summary>
internal sealed record Mailbox(Guid Id, Guid UserId, JsonElement Imap, long? UidValidity, long LastUid, int Failures)
{
    /// <summary>Null: the operator's own.</summary>
    public MailServer? Server => QuestionReader.Text(Imap, "host") is { Length: > 0 } host
        ? new MailServer
        {
            Host = host,
            Port = (int)(QuestionReader.Number(Imap, "port") ?? 0),
            Username = QuestionReader.Text(Imap, "username"),
            Password = QuestionReader.Text(Imap, "password"),
            Security = QuestionReader.Text(Imap, "security"),
        }
        : null;

    public string Folder => QuestionReader.Text(Imap, "folder");
}

/// <summary>Rows of hil_mailboxes: which are waited on, and how far each has been read.</summary>
internal sealed class Mailboxes(NpgsqlDataSource database)
{
    private const string Await = """
        INSERT INTO hil_mailboxes (mailbox_key, on_behalf_of, imap, in_use_until) VALUES ($1, $2, $3, $4 + interval '1 hour')
        ON CONFLICT ON CONSTRAINT hil_mailboxes_mailbox_key_key DO UPDATE
        SET in_use_until = greatest(hil_mailboxes.in_use_until, excluded.in_use_until), imap = excluded.imap, on_behalf_of = excluded.on_behalf_of,
            next_poll_at = CASE WHEN hil_mailboxes.in_use_until < clock_timestamp() THEN clock_timestamp() ELSE hil_mailboxes.next_poll_at END
        """;

    private const string Claim = """
        WITH due AS MATERIALIZED (
            SELECT id FROM hil_mailboxes WHERE next_poll_at <= clock_timestamp() AND in_use_until > clock_timestamp() ORDER BY next_poll_at LIMIT $1 FOR UPDATE SKIP LOCKED)
        UPDATE hil_mailboxes m SET next_poll_at = clock_timestamp() + interval '2 minutes' FROM due WHERE m.id = due.id
        RETURNING m.id, m.on_behalf_of, m.imap, m.uid_validity, coalesce(m.last_uid, 0), m.failures
        """;

    private const string Read = """
        UPDATE hil_mailboxes SET uid_validity = $2, last_uid = $3, next_poll_at = clock_timestamp() + $4 * interval '1 millisecond', failures = 0, error_message = NULL WHERE id = $1
        """;

    private const string Failed = """
        UPDATE hil_mailboxes SET next_poll_at = clock_timestamp() + $2 * interval '1 millisecond', failures = failures + 1, error_message = left($3, 2000) WHERE id = $1
        """;

    private const string Forget = "DELETE FROM hil_mailboxes WHERE in_use_until < clock_timestamp() - interval '1 day'";

    private static readonly string[] Names = ["host", "port", "username", "folder"];

    /// <summary>From now on until then replies are looked for there.</summary>
    /// <param name="imap">As in the question's secrets; undefined for the operator's own.</param>
    public async Task AwaitAsync(Guid userId, JsonElement imap, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var settings = imap.ValueKind == JsonValueKind.Object ? imap.GetRawText() : "{}";
        string[] parts = [.. Names.Select(name => QuestionReader.Part(imap, name) is { } value ? QuestionReader.Display(value) : "")];
        var key = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
        await ExecuteAsync(Statement.Of(Await, Statement.Bytes(key), Statement.Uuid(userId), Statement.Json(settings), Statement.Moment(until)), cancellationToken);
    }

    public async Task<IReadOnlyList<Mailbox>> ClaimAsync(int atMost, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Claim, Statement.Integer(atMost)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var claimed = new List<Mailbox>();
        while (await reader.ReadAsync(cancellationToken))
        {
            claimed.Add(new Mailbox(reader.GetGuid(0), reader.GetGuid(1), reader.Json(2)!.Value, reader.IsDBNull(3) ? null : reader.GetInt64(3), reader.GetInt64(4), reader.GetInt32(5)));
        }

        return claimed;
    }

    public Task ReadAsync(Mailbox mailbox, long uidValidity, long lastUid, TimeSpan next, CancellationToken cancellationToken) => ExecuteAsync(
        Statement.Of(Read, Statement.Uuid(mailbox.Id), Statement.Long(uidValidity), Statement.Long(lastUid), Statement.Long((long)next.TotalMilliseconds)), cancellationToken);

    public Task FailedAsync(Mailbox mailbox, string reason, TimeSpan next, CancellationToken cancellationToken) => ExecuteAsync(
        Statement.Of(Failed, Statement.Uuid(mailbox.Id), Statement.Long((long)next.TotalMilliseconds), Statement.Text(reason)), cancellationToken);

    public Task ForgetAsync(CancellationToken cancellationToken) => ExecuteAsync(Statement.Of(Forget), cancellationToken);

    private async Task ExecuteAsync(NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
