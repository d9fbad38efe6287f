using System.Text.RegularExpressions;
using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

/// <summary>The queries the indexes of the integrations' tables and of API keys were made for, on filled tables.</summary>
public sealed partial class IntegrationIndexTests(IntegrationIndexTests.Filled filled) : IClassFixture<IntegrationIndexTests.Filled>
{
    private const string AsUser = "authenticated";
    private const string AsService = ServiceRoles.Integrations;
    private const string Month = "called_at >= date_trunc('month', now()) AND called_at < date_trunc('month', now()) + interval '1 month'";

    /// <summary>A partition's index has a name of its own; what counts is which index of the table it is part of.</summary>
    private const string Named = """
        SELECT coalesce(parent.relname, c.relname)::text FROM pg_class c
        LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class parent ON parent.oid = i.inhparent WHERE c.relname = ANY ($1)
        """;

    [Theory]
    [InlineData(AsUser, "idx_oauth_tokens_user_id", "SELECT id, provider, expires_at FROM oauth_tokens")]
    [InlineData(AsService, "idx_oauth_tokens_user_id", "SELECT access_token FROM oauth_tokens WHERE user_id = '{user}' AND integration_id = 'slack' AND is_active")]
    [InlineData(AsService, "idx_oauth_tokens_integration_id", "SELECT id FROM oauth_tokens WHERE integration_id = 'google_calendar' AND is_active AND expires_at < now() + interval '30 minutes' ORDER BY expires_at LIMIT 100")]
    [InlineData(AsUser, "idx_user_credentials_user_provider", "SELECT id, provider, is_valid FROM user_external_credentials")]
    [InlineData(AsService, "idx_user_credentials_user_provider", "SELECT encrypted_access_token FROM user_external_credentials WHERE user_id = '{user}' AND provider = 'github'")]
    [InlineData(AsService, "idx_user_credentials_expires_at", "SELECT id FROM user_external_credentials WHERE is_valid AND token_expires_at < now() + interval '30 minutes' ORDER BY token_expires_at LIMIT 100")]
    [InlineData(AsService, "idx_user_credentials_valid", "SELECT id FROM user_external_credentials WHERE is_valid AND provider = 'github' ORDER BY last_validated_at LIMIT 50")]
    [InlineData(AsService, "oauth_states_state_hash_key", "DELETE FROM oauth_states WHERE state_hash = sha256('7') AND expires_at > now() RETURNING user_id")]
    [InlineData(AsService, "idx_oauth_states_expires_at", "DELETE FROM oauth_states WHERE expires_at <= now() - interval '9 minutes'")]
    [InlineData(AsService, "idx_oauth_states_user_id", "SELECT count(*) FROM oauth_states WHERE user_id = '{user}'")]
    [InlineData(AsUser, "idx_api_logs_time", "SELECT * FROM external_api_call_logs ORDER BY called_at DESC, id DESC LIMIT 50")]
    [InlineData(AsUser, "idx_api_logs_time", "SELECT * FROM external_api_call_logs WHERE (called_at, id) < (now(), '{user}') ORDER BY called_at DESC, id DESC LIMIT 50")]
    [InlineData(AsUser, "idx_api_logs_user_provider", "SELECT * FROM external_api_call_logs WHERE provider = 'notion' ORDER BY called_at DESC, id DESC LIMIT 50")]
    [InlineData(AsUser, "idx_api_logs_execution", "SELECT * FROM external_api_call_logs WHERE workflow_execution_id = '{execution}' ORDER BY called_at")]
    [InlineData(AsService, "idx_api_logs_provider_operation", "SELECT count(*), avg(response_time_ms) FROM external_api_call_logs WHERE provider = 'notion' AND operation = 'search' AND " + Month)]
    [InlineData(AsUser, "idx_mcp_tools_name", "SELECT tool_schema FROM mcp_tools WHERE tool_name = 'tool 7' AND provider = 'p7'")]
    [InlineData(AsUser, "idx_mcp_tools_type", "SELECT tool_name FROM mcp_tools WHERE tool_type = 'type 7' ORDER BY tool_name")]
    [InlineData(AsUser, "idx_mcp_tools_active", "SELECT tool_name FROM mcp_tools WHERE provider = 'p7' AND is_active ORDER BY tool_name")]
    [InlineData(AsService, "ai_models_provider_model_id_key", "SELECT cost_per_input_token FROM ai_models WHERE provider = 'p7' AND model_id = 'm7'")]
    [InlineData(ServiceRoles.Gateway, "api_keys_key_hash_key", "SELECT user_id, scopes FROM api_keys WHERE key_hash = sha256('7')")]
    [InlineData(AsUser, "idx_api_keys_user_id", "SELECT id, name, prefix FROM api_keys ORDER BY created_at DESC")]
    public async Task A_query_is_answered_by_its_index(string role, string index, string query)
    {
        await using var connection = await filled.Database.OpenServiceAsync(role == AsUser ? AsService : role);
        await connection.ExecuteAsync("BEGIN");
        if (role == AsUser)
        {
            await connection.BecomeUserAsync(filled.UserId);
        }

        var plan = string.Join('\n', await connection.LinesAsync("EXPLAIN (COSTS OFF) " + query
            .Replace("{user}", $"{filled.UserId}", StringComparison.Ordinal).Replace("{execution}", $"{filled.ExecutionId}", StringComparison.Ordinal)));

        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        var used = ScanPattern().Matches(plan).Select(scan => scan.Groups["index"].Value).ToArray();
        Assert.Contains(index, await connection.LinesAsync(Named, (object)used));
    }

    [Fact]
    public async Task A_month_is_read_without_touching_the_others()
    {
        await using var service = await filled.Database.OpenServiceAsync(AsService);

        var plan = string.Join('\n', await service.LinesAsync("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) SELECT count(*) FROM external_api_call_logs WHERE " + Month));

        Assert.Single(PartitionPattern().Matches(plan).Select(match => match.Value).Distinct());
    }

    [Fact]
    public async Task A_row_that_is_referred_to_is_deleted_by_index_alone()
    {
        await using var administrator = await filled.Database.OpenAdministratorAsync();

        // What the foreign keys of a deleted execution and a deleted account look for.
        foreach (var condition in new[] { $"workflow_execution_id = '{filled.ExecutionId}'", $"user_id = '{filled.UserId}'" })
        {
            var plan = string.Join('\n', await administrator.LinesAsync($"EXPLAIN (COSTS OFF) SELECT FROM external_api_call_logs WHERE {condition}"));
            Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex(@"(Index (Only )?Scan( Backward)? using|Bitmap Index Scan on) (?<index>\w+)")]
    private static partial Regex ScanPattern();

    [GeneratedRegex(@"external_api_call_logs_y\d{4}m\d{2}")]
    private static partial Regex PartitionPattern();

    public sealed class Filled : IAsyncLifetime
    {
        // 1000 users, half of them connected to slack and half to google_calendar; 20 of them with 20 executions of 50 calls each.
        private const string Fill = """
            INSERT INTO auth.users (id, email, encrypted_password) SELECT gen_random_uuid(), 'user ' || n, 'x' FROM generate_series(1, 1000) n;
            INSERT INTO oauth_tokens (user_id, integration_id, provider, access_token, expires_at)
            SELECT id, CASE WHEN random() < 0.5 THEN 'slack' ELSE 'google_calendar' END, 'x', $1, now() + random() * interval '60 days' FROM auth.users;
            INSERT INTO user_external_credentials (user_id, provider, encrypted_access_token, is_valid, token_expires_at, last_validated_at)
            SELECT id, p, $1, random() < 0.5, now() + random() * interval '60 days', now() - random() * interval '60 days'
            FROM auth.users, unnest(ARRAY['github', 'slack', 'notion', 'discord']) p;
            INSERT INTO oauth_states (user_id, integration_id, state_hash, encrypted_code_verifier, redirect_uri, created_at, expires_at)
            SELECT id, 'slack', sha256(row_number::text::bytea), $1, 'https://example.org', at, at + interval '10 minutes'
            FROM (SELECT id, row_number() OVER (), now() - random() * interval '10 minutes' AS at FROM auth.users, generate_series(1, 3)) s;
            INSERT INTO api_keys (user_id, name, key_hash, prefix, scopes)
            SELECT id, 'one', sha256(row_number::text::bytea), 'at', '{tools:read}' FROM (SELECT id, row_number() OVER () FROM auth.users, generate_series(1, 3)) k;
            INSERT INTO workflows (user_id, name, workflow_data) SELECT id, 'one', '{}' FROM auth.users ORDER BY id LIMIT 20;
            INSERT INTO workflow_executions (execution_id, workflow_id, user_id, workflow_version)
            SELECT gen_random_uuid()::text, id, user_id, 1 FROM workflows, generate_series(1, 20);
            INSERT INTO external_api_call_logs (user_id, workflow_execution_id, provider, operation, success, called_at)
            SELECT user_id, id, CASE WHEN random() < 0.05 THEN 'notion' ELSE 'slack' END, CASE WHEN random() < 0.3 THEN 'search' ELSE 'send_message' END,
              true, date_trunc('month', now()) + make_interval(months => (n % 5) - 1) + random() * interval '27 days'
            FROM workflow_executions, generate_series(1, 50) n;
            INSERT INTO mcp_tools (tool_name, tool_type, provider, tool_schema, is_active)
            SELECT 'tool ' || n, 'type ' || n % 200, 'p' || n % 200, '{}', n % 10 = 7 FROM generate_series(1, 4000) n;
            INSERT INTO ai_models (name, provider, model_id) SELECT 'model ' || n, 'p' || n, 'm' || n FROM generate_series(1, 1000) n;
            ANALYZE;
            """;

        public TestDatabase Database { get; private set; } = null!;

        public Guid UserId { get; private set; }

        public Guid ExecutionId { get; private set; }

        public async Task InitializeAsync()
        {
            Database = await TestDatabase.CreateAsync();
            await using var administrator = await Database.OpenAdministratorAsync();
            await administrator.ExecuteAsync(Fill.Replace("$1", $"'{IntegrationRows.Encrypted}'", StringComparison.Ordinal));
            UserId = await administrator.ScalarAsync<Guid>("SELECT min(user_id::text)::uuid FROM workflows");
            ExecutionId = await administrator.ScalarAsync<Guid>("SELECT id FROM workflow_executions WHERE user_id = $1 LIMIT 1", UserId);
        }

        public async Task DisposeAsync() => await Database.DisposeAsync();
    }
}
