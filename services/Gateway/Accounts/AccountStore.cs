using Npgsql;
using NpgsqlTypes;

namespace AiTeams.Gateway.Accounts;

/// <summary>Accounts in auth.users: one statement per method.</summary>
internal sealed class AccountStore(NpgsqlDataSource database)
{
    public Task<Account?> FindAsync(string email, CancellationToken cancellationToken) => OneAsync(
        $"SELECT {Account.Columns} FROM auth.users u WHERE lower(u.email) = lower($1)",
        [Text(email)], cancellationToken);

    /// <summary>The account whose session this is, as long as the session stands.</summary>
    public Task<Account?> FindAsync(Guid userId, Guid? sessionId, CancellationToken cancellationToken) => OneAsync(
        $"""
        SELECT {Account.Columns} FROM auth.users u WHERE u.id = $1 AND ($2 IS NULL OR EXISTS (
          SELECT FROM auth.sessions s WHERE s.id = $2 AND s.user_id = u.id AND s.revoked_at IS NULL))
        """,
        [Id(userId), Id(sessionId)], cancellationToken);

    /// <returns>Null when the address is taken.</returns>
    public Task<Account?> CreateAsync(string email, string passwordHash, string metadata, CancellationToken cancellationToken) => OneAsync(
        $"""
        INSERT INTO auth.users AS u (email, encrypted_password, email_confirmed_at, raw_user_meta_data)
        VALUES ($1, $2, now(), $3) ON CONFLICT (lower(email)) DO NOTHING RETURNING {Account.Columns}
        """,
        [Text(email), Text(passwordHash), Json(metadata)], cancellationToken);

    /// <summary>
    /// Changes what is not null. Metadata is merged key by key, a null value removes its key. A new password ends every other session.
    /// </summary>
    public Task<Account?> UpdateAsync(
        Guid userId, Guid? sessionId, string? email, string? passwordHash, string? metadata, CancellationToken cancellationToken) => OneAsync(
        $"""
        WITH ended AS (
          UPDATE auth.sessions SET revoked_at = now()
          WHERE $4 IS NOT NULL AND user_id = $1 AND id IS DISTINCT FROM $2 AND revoked_at IS NULL)
        UPDATE auth.users AS u SET
          email = coalesce($3, u.email),
          encrypted_password = coalesce($4, u.encrypted_password),
          raw_user_meta_data = CASE WHEN $5 IS NULL THEN u.raw_user_meta_data ELSE coalesce(
            (SELECT jsonb_object_agg(key, value) FROM jsonb_each(u.raw_user_meta_data || $5) WHERE value <> 'null'), '{"{}"}') END
        WHERE u.id = $1 RETURNING {Account.Columns}
        """,
        [Id(userId), Id(sessionId), Text(email), Text(passwordHash), Json(metadata)], cancellationToken);

    private async Task<Account?> OneAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Account.Read(reader) : null;
    }

    private static NpgsqlParameter Id(Guid? value) => new() { Value = value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid };

    private static NpgsqlParameter Text(string? value) => new() { Value = value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Json(string? value) => new() { Value = value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb };
}
