using System.Security.Cryptography;
using AiTeams.HumanInTheLoop.Deciding;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.ServiceDefaults.Database;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Links;

/// <summary>A link that answers without signing in, found by its hash: the token itself is kept nowhere.</summary>
/// <param name="Recipient">Whom it was sent to: <c>email:address</c>, <c>user:id email</c>, <c>slack:channel or user</c>, <c>webhook:</c>.</param>
internal sealed record AnswerToken(Guid Id, string Recipient, bool IsUsed, bool IsExpired, Interaction Interaction)
{
    // 256 bits in base64url.
    private const int Length = 43;

    private const string Find = $"""
        SELECT {Interaction.Columns}, t.id, coalesce(t.recipient, ''), t.used_at IS NOT NULL, t.expires_at <= clock_timestamp()
        FROM hil_tokens t JOIN human_interactions h ON h.id = t.interaction_id WHERE t.token_hash = $1
        """;

    // Once: whoever comes second changes nothing.
    public const string Use = "UPDATE hil_tokens SET used_at = clock_timestamp() WHERE id = $1 AND used_at IS NULL AND expires_at > clock_timestamp()";

    /// <summary>Who answers with it. A link to a place tells the place and not the person.</summary>
    public Responder Responder
    {
        get
        {
            var (kind, name) = Recipient.IndexOf(':', StringComparison.Ordinal) is var at and >= 0 ? (Recipient[..at], Recipient[(at + 1)..]) : (Recipient, "");
            return kind switch
            {
                "user" when name.Split(' ', 2) is [var id, ..] words && Guid.TryParse(id, out var user) =>
                    Responder.User(user, words.Length > 1 && words[1].Length > 0 ? words[1] : null),
                "email" => new Responder(null, null, null, name, "email", name),
                "slack" when IsSlackUser(name) => new Responder(null, null, null, null, "slack", name),
                "slack" => new Responder(null, null, name.Length > 0 ? $"somebody in {name}" : null, null, "slack", null),
                _ => new Responder(null, null, kind == "webhook" ? "the webhook's receiver" : null, null, kind, null),
            };
        }
    }

    /// <summary>Null: there is no such link.</summary>
    public static async Task<AnswerToken?> FindAsync(NpgsqlDataSource database, string token, CancellationToken cancellationToken)
    {
        if (token.Length != Length)
        {
            return null;
        }

        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Find, Statement.Bytes(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(token)))));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new AnswerToken(
                reader.GetGuid(Interaction.ColumnCount), reader.GetString(Interaction.ColumnCount + 1), reader.GetBoolean(Interaction.ColumnCount + 2),
                reader.GetBoolean(Interaction.ColumnCount + 3), Interaction.Read(reader))
            : null;
    }

    // Slack's ids of users begin with U or W; a channel is named by C… or #….
    private static bool IsSlackUser(string name) => name.Length >= 9 && name[0] is 'U' or 'W' && name.All(char.IsAsciiLetterOrDigit);
}
