using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Migrator.Tests;

/// <summary>Rows of the integrations' tables, and what passes for encrypted.</summary>
internal static class IntegrationRows
{
    /// <summary>As long as the shortest Fernet token.</summary>
    public static readonly string Encrypted = "gAAAAA" + new string('x', 92) + "==";

    public const string InsertToken = "INSERT INTO oauth_tokens (user_id, integration_id, provider, access_token) VALUES ($1, $2, $2, $3)";

    public const string InsertCredential =
        "INSERT INTO user_external_credentials (user_id, provider, credential_type, encrypted_access_token) VALUES ($1, $2, 'api_key', $3)";

    public const string InsertState = """
        INSERT INTO oauth_states (user_id, integration_id, state_hash, encrypted_code_verifier, redirect_uri)
        VALUES ($1, 'slack', sha256($2::text::bytea), $3, 'https://example.org/callback')
        """;

    public const string InsertCall = """
        INSERT INTO external_api_call_logs (user_id, workflow_execution_id, node_id, provider, operation, success)
        VALUES ($1, (SELECT id FROM workflow_executions WHERE user_id = $1), gen_random_uuid(), 'slack', 'send_message', true)
        """;

    public const string InsertKey =
        "INSERT INTO api_keys (user_id, name, key_hash, prefix, scopes) VALUES ($1, 'one', sha256($2::text::bytea), 'at_12345', '{tools:read}')";

    /// <summary>A user with a workflow that has run, and one row in each of these tables.</summary>
    public static async Task<Guid> FillAsync(TestDatabase database)
    {
        var (userId, _) = await Tables.FillAsync(database);
        await using var administrator = await database.OpenAdministratorAsync();
        await administrator.ExecuteAsync(InsertToken, userId, "slack", Encrypted);
        await administrator.ExecuteAsync(InsertCredential, userId, "github", Encrypted);
        await administrator.ExecuteAsync(InsertState, userId, $"{userId}", Encrypted);
        await administrator.ExecuteAsync(InsertCall, userId);
        await administrator.ExecuteAsync(InsertKey, userId, $"{userId}");
        return userId;
    }

    public static async Task<NpgsqlConnection> OpenIntegrationsAsync(this TestDatabase database)
    {
        var connection = await database.OpenServiceAsync(ServiceRoles.Integrations);
        await connection.ExecuteAsync("BEGIN");
        return connection;
    }
}

/// <summary>One database with two users for all tests of the class, which work in transactions that they never commit.</summary>
public sealed class TwoConnectedUsers : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public Guid Owner { get; private set; }

    public Guid Other { get; private set; }

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        Owner = await IntegrationRows.FillAsync(Database);
        Other = await IntegrationRows.FillAsync(Database);
    }

    public async Task DisposeAsync() => await Database.DisposeAsync();
}
