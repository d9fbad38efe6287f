namespace AiTeams.Migrator.Tests;

public sealed class IntegrationTableTests(TwoConnectedUsers users) : IClassFixture<TwoConnectedUsers>
{
    private const string Models = "INSERT INTO ai_models (name, provider, model_id, version, is_default, is_active, cost_per_input_token, max_context_tokens) VALUES ";

    [Fact]
    public async Task A_user_has_one_token_per_integration_and_one_credential_per_provider()
    {
        await using var service = await users.Database.OpenIntegrationsAsync();

        Assert.Equal("23505", await service.RefusalAsync(IntegrationRows.InsertToken, users.Owner, "slack", IntegrationRows.Encrypted));
        Assert.Equal("23505", await service.RefusalAsync(IntegrationRows.InsertCredential, users.Owner, "github", IntegrationRows.Encrypted));
        Assert.Equal(1, await service.ExecuteAsync(IntegrationRows.InsertToken, users.Owner, "github", IntegrationRows.Encrypted));
    }

    [Fact]
    public async Task A_token_has_an_owner_and_an_integration_that_exists()
    {
        await using var service = await users.Database.OpenIntegrationsAsync();

        Assert.Equal("23502", await service.RefusalAsync(IntegrationRows.InsertToken, DBNull.Value, "github", IntegrationRows.Encrypted));
        Assert.Equal("23502", await service.RefusalAsync(IntegrationRows.InsertCredential, DBNull.Value, "slack", IntegrationRows.Encrypted));
        Assert.Equal("23503", await service.RefusalAsync(IntegrationRows.InsertToken, users.Owner, "fax", IntegrationRows.Encrypted));
        Assert.Equal("23503", await service.RefusalAsync(IntegrationRows.InsertToken, Guid.NewGuid(), "github", IntegrationRows.Encrypted));
    }

    [Theory]
    [InlineData("UPDATE user_external_credentials SET provider = 'fax'")]
    [InlineData("UPDATE user_external_credentials SET credential_type = 'password'")]
    [InlineData("INSERT INTO oauth_states (user_id, integration_id, state_hash, encrypted_code_verifier, redirect_uri) SELECT user_id, 'slack', 'short', encrypted_code_verifier, 'https://example.org' FROM oauth_states")]
    [InlineData("INSERT INTO oauth_states (user_id, integration_id, state_hash, encrypted_code_verifier, redirect_uri, expires_at) SELECT user_id, 'slack', sha256('x'), encrypted_code_verifier, 'https://example.org', now() + interval '11 minutes' FROM oauth_states LIMIT 1")]
    public async Task A_value_outside_the_rules_is_refused(string statement)
    {
        await using var service = await users.Database.OpenIntegrationsAsync();

        Assert.Equal("23514", await service.RefusalAsync(statement));
    }

    [Fact]
    public async Task A_state_works_once_for_ten_minutes_whoever_comes_back()
    {
        await using var service = await users.Database.OpenIntegrationsAsync();
        var claim = $"DELETE FROM oauth_states WHERE state_hash = sha256('{users.Owner}') AND expires_at > now() RETURNING user_id::text";

        Assert.Equal("00:10:00", await service.ScalarAsync<string>("SELECT (expires_at - created_at)::text FROM oauth_states LIMIT 1"));
        Assert.Equal("23505", await service.RefusalAsync(IntegrationRows.InsertState, users.Other, $"{users.Owner}", IntegrationRows.Encrypted));
        Assert.Equal($"{users.Owner}", Assert.Single(await service.LinesAsync(claim)));
        Assert.Empty(await service.LinesAsync(claim));
    }

    [Theory]
    [InlineData("oauth_tokens")]
    [InlineData("user_external_credentials")]
    public async Task A_change_moves_updated_at(string table)
    {
        await using var service = await users.Database.OpenIntegrationsAsync();

        await service.ExecuteAsync($"UPDATE {table} SET token_type = 'other'");

        Assert.Equal(0, await service.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE updated_at <= created_at OR updated_at <> now()"));
    }

    [Fact]
    public async Task A_model_is_there_once_also_without_a_version()
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");
        await administrator.ExecuteAsync(Models + "('Own', 'own', 'own-1', NULL, true, true, 0, 1)");

        Assert.Equal("23505", await administrator.RefusalAsync(Models + "('Own', 'own', 'own-2', NULL, false, true, 0, 1)"));
        Assert.Equal("23505", await administrator.RefusalAsync(Models + "('Own too', 'own', 'own-1', NULL, false, true, 0, 1)"));
        Assert.Equal(1, await administrator.ExecuteAsync(Models + "('Own', 'own', 'own-3', '2', false, true, 0, 1)"));
    }

    [Fact]
    public async Task A_provider_has_one_default_model_which_can_be_used()
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");
        await administrator.ExecuteAsync(Models + "('Own', 'own', 'own-1', NULL, true, true, 0, 1)");

        Assert.Equal("23505", await administrator.RefusalAsync(Models + "('Own 2', 'own', 'own-2', NULL, true, true, 0, 1)"));
        Assert.Equal("23514", await administrator.RefusalAsync(Models + "('Own 2', 'other', 'own-2', NULL, true, false, 0, 1)"));
        Assert.Equal("23514", await administrator.RefusalAsync(Models + "('Own 2', 'own', 'own-2', NULL, false, true, -1, 1)"));
        Assert.Equal("23514", await administrator.RefusalAsync(Models + "('Own 2', 'own', 'own-2', NULL, false, true, 0, 0)"));
    }

    [Fact]
    public async Task A_tool_is_there_once_per_version()
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");
        const string Insert = "INSERT INTO mcp_tools (tool_name, tool_type, provider, version, tool_schema) VALUES ('slack_send_message', 'x', 'slack', $1, $2::jsonb)";

        Assert.Equal("23505", await administrator.RefusalAsync(Insert, "1.0.0", "{}"));
        Assert.Equal("23502", await administrator.RefusalAsync(Insert, DBNull.Value, "{}"));
        Assert.Equal("23514", await administrator.RefusalAsync(Insert, "1.1.0", "[]"));
        Assert.Equal(1, await administrator.ExecuteAsync(Insert, "1.1.0", "{}"));
    }

    [Fact]
    public async Task Deleting_an_account_takes_everything_and_leaves_others_alone()
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");

        await administrator.ExecuteAsync("DELETE FROM auth.users WHERE id = $1", users.Owner);

        foreach (var table in new[] { "oauth_tokens", "user_external_credentials", "oauth_states", "external_api_call_logs", "api_keys" })
        {
            Assert.Equal($"{users.Other}", Assert.Single(await administrator.LinesAsync($"SELECT user_id::text FROM {table}")));
        }
    }

    [Fact]
    public async Task A_deleted_workflow_leaves_the_calls_it_made()
    {
        await using var user = await users.Database.OpenUserAsync(users.Owner);
        Assert.Equal(1, await user.ScalarAsync<long>("SELECT count(*) FROM external_api_call_logs WHERE workflow_execution_id IS NOT NULL"));

        await user.ExecuteAsync("DELETE FROM workflows");

        Assert.Equal(1, await user.ScalarAsync<long>("SELECT count(*) FROM external_api_call_logs WHERE workflow_execution_id IS NULL AND node_id IS NOT NULL"));
    }

    [Fact]
    public async Task A_call_of_an_execution_that_is_not_there_is_refused()
    {
        await using var service = await users.Database.OpenIntegrationsAsync();

        Assert.Equal("23503", await service.RefusalAsync(
            "INSERT INTO external_api_call_logs (user_id, workflow_execution_id, provider, operation, success) VALUES ($1, $2, 'slack', 'x', true)",
            users.Owner, Guid.NewGuid()));
    }
}
