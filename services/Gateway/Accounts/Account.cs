using System.Net;
using System.Text.Json.Nodes;
using Npgsql;

namespace AiTeams.Gateway.Accounts;

/// <summary>A row of auth.users.</summary>
internal sealed record Account(
    Guid Id,
    string Email,
    string PasswordHash,
    DateTime? EmailConfirmedAt,
    DateTime? LastSignInAt,
    DateTime? BannedUntil,
    string AppMetadata,
    string UserMetadata,
    DateTime CreatedAt,
    DateTime UpdatedAt)
{
    /// <summary>What <see cref="Read"/> expects, in its order, of a relation called u.</summary>
    public const string Columns =
        """
        u.id, u.email, u.encrypted_password, u.email_confirmed_at, u.last_sign_in_at, u.banned_until,
        u.raw_app_meta_data::text, u.raw_user_meta_data::text, u.created_at, u.updated_at
        """;

    public static Account Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), Moment(row, 3), Moment(row, 4), Moment(row, 5),
        row.GetString(6), row.GetString(7), row.GetDateTime(8), row.GetDateTime(9));

    /// <summary>The user as the Supabase Auth client knows it.</summary>
    public JsonObject ToUser() => new()
    {
        ["id"] = Id,
        ["aud"] = "authenticated",
        ["role"] = "authenticated",
        ["email"] = Email,
        ["email_confirmed_at"] = EmailConfirmedAt,
        ["phone"] = "",
        ["confirmed_at"] = EmailConfirmedAt,
        ["last_sign_in_at"] = LastSignInAt,
        ["app_metadata"] = JsonNode.Parse(AppMetadata),
        ["user_metadata"] = JsonNode.Parse(UserMetadata),
        ["identities"] = new JsonArray(new JsonObject
        {
            ["identity_id"] = Id,
            ["id"] = Id,
            ["user_id"] = Id,
            ["identity_data"] = new JsonObject { ["email"] = Email, ["email_verified"] = EmailConfirmedAt is not null, ["sub"] = Id },
            ["provider"] = "email",
            ["last_sign_in_at"] = LastSignInAt,
            ["created_at"] = CreatedAt,
            ["updated_at"] = UpdatedAt,
            ["email"] = Email,
        }),
        ["created_at"] = CreatedAt,
        ["updated_at"] = UpdatedAt,
        ["is_anonymous"] = false,
    };

    private static DateTime? Moment(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDateTime(column);
}

/// <summary>Where a sign-in came from, kept with its session.</summary>
internal sealed record Origin(string? UserAgent, IPAddress? Ip)
{
    private const int MaxUserAgent = 512;

    public static Origin Of(HttpContext context)
    {
        var agent = context.Request.Headers.UserAgent.ToString();
        return new(
            agent.Length == 0 ? null : agent.Length > MaxUserAgent ? agent[..MaxUserAgent] : agent,
            context.Connection.RemoteIpAddress);
    }
}
