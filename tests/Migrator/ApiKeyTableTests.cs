namespace AiTeams.Migrator.Tests;

public sealed class ApiKeyTableTests(TwoConnectedUsers users) : IClassFixture<TwoConnectedUsers>
{
    [Fact]
    public async Task The_gateway_finds_a_key_before_it_knows_whose_it_is()
    {
        await using var gateway = await users.Database.OpenServiceAsync(ServiceRoles.Gateway);

        Assert.Equal(users.Other, await gateway.ScalarAsync<Guid>("SELECT user_id FROM api_keys WHERE key_hash = sha256($1::text::bytea)", $"{users.Other}"));
    }

    [Fact]
    public async Task The_gateway_makes_and_deletes_keys_for_the_caller_alone()
    {
        await using var gateway = await users.Database.OpenServiceAsync(ServiceRoles.Gateway);
        await gateway.ExecuteAsync($$"""BEGIN; SELECT set_config('request.jwt.claims', '{"sub": "{{users.Owner}}"}', true)""");

        Assert.Equal("42501", await gateway.RefusalAsync(IntegrationRows.InsertKey, users.Other, "k"));
        Assert.Equal(1, await gateway.ExecuteAsync(IntegrationRows.InsertKey, users.Owner, "k"));
        Assert.Equal("23505", await gateway.RefusalAsync(IntegrationRows.InsertKey, users.Owner, "k"));
        Assert.Equal(0, await gateway.ExecuteAsync("DELETE FROM api_keys WHERE user_id = $1", users.Other));
        Assert.Equal(2, await gateway.ExecuteAsync("DELETE FROM api_keys"));
    }

    [Fact]
    public async Task The_gateway_notes_uses_and_changes_neither_owner_nor_scopes()
    {
        await using var gateway = await users.Database.OpenServiceAsync(ServiceRoles.Gateway);
        await gateway.ExecuteAsync("BEGIN");

        Assert.Equal(2, await gateway.ExecuteAsync("UPDATE api_keys SET last_used_at = now(), revoked_at = now()"));
        foreach (var column in new[] { "user_id = gen_random_uuid()", "scopes = '{admin}'", "key_hash = sha256('x')", "expires_at = NULL" })
        {
            Assert.Equal("42501", await gateway.RefusalAsync($"UPDATE api_keys SET {column}"));
        }
    }

    [Theory]
    [InlineData("scopes", "'{}'")]
    [InlineData("scopes", "'{tools:write}'")]
    [InlineData("scopes", "'{tools:read,NULL}'")]
    [InlineData("key_hash", "'at_a_key_in_plain_text'")]
    [InlineData("name", "''")]
    [InlineData("expires_at", "created_at")]
    public async Task A_value_outside_the_rules_is_refused(string column, string value)
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");

        Assert.Equal("23514", await administrator.RefusalAsync($"UPDATE api_keys SET {column} = {value}"));
    }

    [Fact]
    public async Task A_key_may_have_all_four_scopes()
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");

        Assert.Equal(2, await administrator.ExecuteAsync("UPDATE api_keys SET scopes = '{tools:read,tools:execute,health:check,admin}'"));
    }
}
