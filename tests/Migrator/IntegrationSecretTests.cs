namespace AiTeams.Migrator.Tests;

/// <summary>Secrets go in and never come out: not to their owner, not to another service.</summary>
public sealed class IntegrationSecretTests(TwoConnectedUsers users) : IClassFixture<TwoConnectedUsers>
{
    public static TheoryData<string, string> Secrets() => new()
    {
        { "oauth_tokens", "access_token" },
        { "oauth_tokens", "refresh_token" },
        { "oauth_tokens", "credential_data" },
        { "user_external_credentials", "encrypted_access_token" },
        { "user_external_credentials", "encrypted_refresh_token" },
        { "user_external_credentials", "encrypted_additional_data" },
        { "oauth_states", "state_hash" },
        { "oauth_states", "encrypted_code_verifier" },
        { "api_keys", "key_hash" },
    };

    [Theory, MemberData(nameof(Secrets))]
    public async Task A_secret_is_read_by_the_service_that_owns_it_and_by_nobody_else(string table, string column)
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();

        var readers = await administrator.LinesAsync("""
            SELECT role FROM unnest($1::text[]) role WHERE has_column_privilege(role, $2::text, $3::text, 'SELECT') ORDER BY 1
            """, ServiceRoles.All.Append("authenticated").Append("anon").ToArray(), table, column);

        Assert.Equal(table == "api_keys" ? ServiceRoles.Gateway : ServiceRoles.Integrations, Assert.Single(readers));
    }

    [Theory]
    [InlineData("SELECT access_token FROM oauth_tokens")]
    [InlineData("SELECT * FROM oauth_tokens")]
    [InlineData("SELECT oauth_tokens FROM oauth_tokens")]
    [InlineData("SELECT FROM oauth_tokens WHERE refresh_token LIKE 'g%'")]
    [InlineData("SELECT FROM oauth_tokens ORDER BY access_token")]
    [InlineData("DELETE FROM oauth_tokens RETURNING access_token")]
    [InlineData("DELETE FROM oauth_tokens WHERE access_token LIKE 'gAAAAAx%'")]
    [InlineData("UPDATE oauth_tokens SET is_active = true")]
    [InlineData("SELECT encrypted_additional_data FROM user_external_credentials")]
    [InlineData("UPDATE user_external_credentials SET is_valid = true")]
    [InlineData("SELECT FROM oauth_states")]
    [InlineData("DELETE FROM oauth_states")]
    [InlineData("SELECT key_hash FROM api_keys")]
    [InlineData("UPDATE api_keys SET revoked_at = NULL")]
    [InlineData("DELETE FROM external_api_call_logs")]
    [InlineData("UPDATE external_api_call_logs SET response_data = '{}'")]
    [InlineData("CREATE TEMP TABLE copied AS SELECT * FROM oauth_tokens")]
    public async Task A_user_gets_no_secret_out_and_changes_no_record(string statement)
    {
        await using var user = await users.Database.OpenUserAsync(users.Owner);

        Assert.Equal("42501", await user.RefusalAsync(statement));
    }

    [Fact]
    public async Task A_user_puts_no_secret_in_around_the_service()
    {
        await using var user = await users.Database.OpenUserAsync(users.Owner);

        Assert.Equal("42501", await user.RefusalAsync(IntegrationRows.InsertToken, users.Owner, "github", IntegrationRows.Encrypted));
        Assert.Equal("42501", await user.RefusalAsync(IntegrationRows.InsertCredential, users.Owner, "slack", IntegrationRows.Encrypted));
        Assert.Equal("42501", await user.RefusalAsync(IntegrationRows.InsertState, users.Owner, "s", IntegrationRows.Encrypted));
        Assert.Equal("42501", await user.RefusalAsync(IntegrationRows.InsertKey, users.Owner, "k"));
    }

    [Fact]
    public async Task A_user_sees_what_is_connected_and_forgets_it_but_not_anothers()
    {
        await using var user = await users.Database.OpenUserAsync(users.Owner);

        Assert.Equal("slack", Assert.Single(await user.LinesAsync("SELECT integration_id::text FROM oauth_tokens")));
        Assert.Equal("github", Assert.Single(await user.LinesAsync("SELECT provider::text FROM user_external_credentials")));
        Assert.Equal("at_12345", Assert.Single(await user.LinesAsync("SELECT prefix::text FROM api_keys")));
        Assert.Equal("send_message", Assert.Single(await user.LinesAsync("SELECT operation::text FROM external_api_call_logs")));
        foreach (var table in new[] { "oauth_tokens", "user_external_credentials" })
        {
            Assert.Equal(0, await user.ExecuteAsync($"DELETE FROM {table} WHERE user_id = '{users.Other}'"));
            Assert.Equal(1, await user.ExecuteAsync($"DELETE FROM {table}"));
        }
    }

    [Fact]
    public async Task The_gateway_sees_that_the_caller_is_connected_and_nothing_of_others()
    {
        await using var gateway = await users.Database.OpenServiceAsync(ServiceRoles.Gateway);
        Assert.Equal(0, await gateway.CountAsync("oauth_tokens"));

        await gateway.ExecuteAsync($$"""BEGIN; SELECT set_config('request.jwt.claims', '{"sub": "{{users.Owner}}"}', true)""");
        Assert.Equal($"{users.Owner}", Assert.Single(await gateway.LinesAsync("SELECT user_id::text FROM oauth_tokens")));
        Assert.Equal("42501", await gateway.RefusalAsync("SELECT credential_data FROM oauth_tokens"));
        Assert.Equal("42501", await gateway.RefusalAsync("DELETE FROM oauth_tokens"));
    }

    [Fact]
    public async Task A_column_that_is_added_is_closed()
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN; ALTER TABLE oauth_tokens ADD COLUMN id_token text");

        Assert.Equal(
            [ServiceRoles.Integrations],
            await administrator.LinesAsync(
                "SELECT role FROM unnest($1::text[]) role WHERE has_column_privilege(role, 'oauth_tokens', 'id_token', 'SELECT')",
                (object)ServiceRoles.All.Append("authenticated").ToArray()));
    }

    [Theory]
    [InlineData("xoxb-123456789012-1234567890123-abcdefghijklmnopqrstuvwx-abcdefghijklmnopqrstuvwxabcdefghijklmnopqrstuvwx")]
    [InlineData("ghp_0123456789abcdefghijklmnopqrstuvwxyz")]
    [InlineData("gAAAAA")]
    [InlineData("")]
    public async Task Plain_text_is_refused_where_something_encrypted_belongs(string plain)
    {
        await using var service = await users.Database.OpenIntegrationsAsync();

        Assert.Equal("23514", await service.RefusalAsync(IntegrationRows.InsertToken, users.Owner, "github", plain));
        Assert.Equal("23514", await service.RefusalAsync(IntegrationRows.InsertCredential, users.Owner, "slack", plain));
        Assert.Equal("23514", await service.RefusalAsync(IntegrationRows.InsertState, users.Owner, "s", plain));
        Assert.Equal("23514", await service.RefusalAsync("UPDATE oauth_tokens SET refresh_token = $1", plain));
        Assert.Equal("23514", await service.RefusalAsync("UPDATE user_external_credentials SET encrypted_refresh_token = $1", plain));
    }

    [Fact]
    public async Task What_is_encrypted_may_say_with_which_key()
    {
        await using var service = await users.Database.OpenIntegrationsAsync();

        Assert.Equal(2, await service.ExecuteAsync("UPDATE oauth_tokens SET access_token = $1", "2026-11.a:" + IntegrationRows.Encrypted));
        Assert.Equal(2, await service.ExecuteAsync("UPDATE oauth_tokens SET refresh_token = NULL"));
        Assert.Equal("23514", await service.RefusalAsync("UPDATE oauth_tokens SET access_token = $1", "Bearer " + IntegrationRows.Encrypted));
        Assert.Equal("23514", await service.RefusalAsync("UPDATE oauth_tokens SET access_token = $1", IntegrationRows.Encrypted + "\nsecret"));
    }

    [Theory]
    [InlineData("""{"team": {"id": "T1"}}""", true)]
    [InlineData("""{"access_token": "x"}""", false)]
    [InlineData("""{"authed_user": {"id": "U1", "access_token": "x"}}""", false)]
    [InlineData("""{"bots": [{"deep": {"client_secret": "x"}}]}""", false)]
    public async Task What_stands_beside_a_token_holds_no_secret(string data, bool accepted)
    {
        await using var service = await users.Database.OpenIntegrationsAsync();
        const string Update = "UPDATE oauth_tokens SET credential_data = $1::jsonb WHERE integration_id = 'slack'";

        if (accepted)
        {
            Assert.Equal(2, await service.ExecuteAsync(Update, data));
        }
        else
        {
            Assert.Equal("23514", await service.RefusalAsync(Update, data));
        }
    }

    [Theory]
    [InlineData("""{}""", true)]
    [InlineData("""{"username": "{encrypted}", "password": "{encrypted}"}""", true)]
    [InlineData("""{"username": "{encrypted}", "password": "swordfish"}""", false)]
    [InlineData("""{"password": ["{encrypted}"]}""", false)]
    [InlineData("""{"nested": {"password": "{encrypted}"}}""", false)]
    [InlineData("""{"pin": 1234}""", false)]
    [InlineData("\"{encrypted}\"", false)]
    public async Task Every_additional_value_is_encrypted(string data, bool accepted)
    {
        await using var service = await users.Database.OpenIntegrationsAsync();
        const string Update = "UPDATE user_external_credentials SET encrypted_additional_data = $1::jsonb";
        data = data.Replace("{encrypted}", IntegrationRows.Encrypted, StringComparison.Ordinal);

        if (accepted)
        {
            Assert.Equal(2, await service.ExecuteAsync(Update, data));
        }
        else
        {
            Assert.Equal("23514", await service.RefusalAsync(Update, data));
        }
    }
}
