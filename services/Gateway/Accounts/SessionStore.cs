using Npgsql;
using NpgsqlTypes;

namespace AiTeams.Gateway.Accounts;

/// <summary>
/// Sign-in sessions and their refresh tokens. A session is a family of tokens of which only the youngest works: each is spent by
/// the refresh that replaces it, and one that turns up again was stolen, from the client or by it, so the family ends.
/// </summary>
internal sealed class SessionStore(NpgsqlDataSource database)
{
    /// <summary>Opens a session if the password is still the one that was checked, and notes the sign-in.</summary>
    /// <param name="renewedHash">Replaces the account's hash when it was made with weaker parameters.</param>
    public async Task<OpenSession?> OpenAsync(
        Account account, string? renewedHash, RefreshToken token, Origin origin, TimeSpan? life, CancellationToken cancellationToken)
    {
        const string Sql =
            $"""
            WITH u AS (
              UPDATE auth.users SET last_sign_in_at = now(), encrypted_password = coalesce($3, encrypted_password)
              WHERE id = $1 AND encrypted_password = $2 RETURNING *),
            s AS (
              INSERT INTO auth.sessions (user_id, user_agent, ip, not_after) SELECT u.id, $5, $6, now() + $7 FROM u RETURNING id, user_id),
            t AS (
              INSERT INTO auth.refresh_tokens (token_hash, session_id, user_id) SELECT $4, s.id, s.user_id FROM s)
            SELECT {Account.Columns}, s.id FROM u, s
            """;
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddRange((NpgsqlParameter[])[
            new() { Value = account.Id },
            new() { Value = account.PasswordHash },
            Nullable(renewedHash, NpgsqlDbType.Text),
            new() { Value = token.Hash },
            Nullable(origin.UserAgent, NpgsqlDbType.Text),
            Nullable(origin.Ip, NpgsqlDbType.Inet),
            Nullable(life, NpgsqlDbType.Interval)]);
        return await ReadAsync(command, token, cancellationToken);
    }

    /// <summary>Spends a refresh token for a new one; null when it does not stand any more.</summary>
    public async Task<OpenSession?> RefreshAsync(RefreshToken presented, RefreshToken next, CancellationToken cancellationToken)
    {
        // Of two that present the same token at once, the second waits for the first's row lock and then finds it spent.
        const string Sql =
            $"""
            WITH spent AS (
              UPDATE auth.refresh_tokens t SET revoked = true, used_at = now() FROM auth.sessions s, auth.users o
              WHERE t.token_hash = $1 AND NOT t.revoked
                AND s.id = t.session_id AND s.revoked_at IS NULL AND (s.not_after IS NULL OR s.not_after > now())
                AND o.id = t.user_id AND (o.banned_until IS NULL OR o.banned_until <= now())
              RETURNING t.id, t.session_id, t.user_id),
            t AS (
              INSERT INTO auth.refresh_tokens (token_hash, session_id, user_id, parent_id)
              SELECT $2, spent.session_id, spent.user_id, spent.id FROM spent),
            s AS (
              UPDATE auth.sessions SET refreshed_at = now() FROM spent WHERE sessions.id = spent.session_id)
            SELECT {Account.Columns}, spent.session_id FROM spent JOIN auth.users u ON u.id = spent.user_id
            """;
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddRange((NpgsqlParameter[])[new() { Value = presented.Hash }, new() { Value = next.Hash }]);
        return await ReadAsync(command, next, cancellationToken);
    }

    /// <summary>Ends the family of a token that was spent before.</summary>
    /// <returns>False when the token was never one of ours, or stands in a session that has ended.</returns>
    public async Task<bool> EndReusedAsync(RefreshToken presented, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            UPDATE auth.sessions s SET revoked_at = coalesce(s.revoked_at, now())
            FROM auth.refresh_tokens t WHERE t.token_hash = $1 AND t.revoked AND s.id = t.session_id
            """;
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = presented.Hash });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    public async Task EndAsync(Guid userId, Guid? sessionId, SignOutScope scope, CancellationToken cancellationToken)
    {
        var which = scope switch
        {
            SignOutScope.Global => "true",
            SignOutScope.Local => "id = $2",
            SignOutScope.Others => "id IS DISTINCT FROM $2",
        };
        await using var command = database.CreateCommand(
            $"UPDATE auth.sessions SET revoked_at = now() WHERE user_id = $1 AND revoked_at IS NULL AND ($2 IS NULL OR {which})");
        command.Parameters.AddRange((NpgsqlParameter[])[new() { Value = userId }, Nullable(sessionId, NpgsqlDbType.Uuid)]);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<OpenSession?> ReadAsync(NpgsqlCommand command, RefreshToken token, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new OpenSession(Account.Read(reader), reader.GetGuid(reader.FieldCount - 1), token)
            : null;
    }

    private static NpgsqlParameter Nullable(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}

internal sealed record OpenSession(Account Account, Guid SessionId, RefreshToken RefreshToken);

internal enum SignOutScope
{
    Global,
    Local,
    Others,
}
