using System.Text.Json.Nodes;
using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

/// <summary>The rows that services/Integrations/Reference brings.</summary>
public sealed class IntegrationReferenceTests : IAsyncLifetime
{
    private static readonly string[] Files = ["ai_models", "integrations", "mcp_tools_calendar", "mcp_tools_communication", "mcp_tools_documents", "mcp_tools_knowledge", "mcp_tools_web"];

    private TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Eight_models_have_exact_prices()
    {
        await using var service = await _database.OpenServiceAsync(ServiceRoles.Integrations);

        // USD per million tokens: prompt, prompt read from the cache, answer. As text: a price is exact or wrong.
        Assert.Equal(
            [
                "anthropic claude-3-5-haiku-20241022 'Claude Haiku 3.5' 0.8/0.08/4 200000",
                "anthropic claude-sonnet-4-20250514 'Claude Sonnet 4' 3/0.3/15 200000",
                "google gemini-2.5-flash 'Gemini 2.5 Flash' 0.3/-/2.5 1048576",
                "google gemini-2.5-flash-lite 'Gemini 2.5 Flash Lite' 0.1/-/0.4 1048576",
                "google gemini-2.5-pro 'Gemini 2.5 Pro' 1.25/-/10 1048576",
                "openai gpt-5 'GPT-5' 1.25/0.125/10 400000",
                "openai gpt-5-mini 'GPT-5 Mini' 0.25/0.025/2 400000",
                "openai gpt-5-nano 'GPT-5 Nano' 0.05/0.005/0.4 400000",
            ],
            await service.LinesAsync("""
                SELECT line FROM (SELECT format('%s %s %L %s/%s/%s %s', provider, model_id, name, trim_scale(cost_per_input_token * 1000000),
                  coalesce(trim_scale(cost_per_cached_token * 1000000)::text, '-'), trim_scale(cost_per_output_token * 1000000), max_context_tokens) AS line
                FROM ai_models WHERE is_active) m ORDER BY line COLLATE "C"
                """));
        Assert.Equal(
            ["claude-sonnet-4-20250514", "gemini-2.5-flash", "gpt-5-nano"],
            await service.LinesAsync("SELECT model_id::text FROM ai_models WHERE is_default ORDER BY 1"));
    }

    [Fact]
    public async Task A_long_prompt_to_gemini_pro_has_its_own_price()
    {
        await using var service = await _database.OpenServiceAsync(ServiceRoles.Integrations);

        Assert.Equal("200000 2.5/15", Assert.Single(await service.LinesAsync("""
            SELECT format('%s %s/%s', price ->> 'above_prompt_tokens', trim_scale((price ->> 'cost_per_input_token')::numeric * 1000000),
              trim_scale((price ->> 'cost_per_output_token')::numeric * 1000000))
            FROM (SELECT config -> 'long_context' AS price FROM ai_models) m WHERE price IS NOT NULL
            """)));
    }

    [Fact]
    public async Task Eight_integrations_say_what_they_can_do_and_none_claims_to_be_working_yet()
    {
        await using var service = await _database.OpenServiceAsync(ServiceRoles.Integrations);

        Assert.Equal(
            [
                "custom_http credential 1 0", "discord credential 14 0", "firecrawl credential 6 0", "github app_installation 43 0",
                "google_calendar oauth2 18 2", "notion oauth2 6 0", "slack oauth2 10 30", "telegram credential 23 0",
            ],
            await service.LinesAsync("""
                SELECT concat_ws(' ', integration_id, configuration ->> 'flow', cardinality(supported_operations), cardinality(required_scopes))
                FROM integrations ORDER BY integration_id COLLATE "C"
                """));
        Assert.Equal(0, await service.ScalarAsync<long>("SELECT count(*) FROM integrations WHERE active"));
        Assert.Equal(0, await service.ScalarAsync<long>("SELECT count(*) FROM mcp_tools WHERE is_active"));
        Assert.Equal(0, await service.ScalarAsync<long>(
            "SELECT count(*) FROM integrations, unnest(supported_operations) o GROUP BY integration_id, o HAVING count(*) > 1 UNION ALL SELECT 0 ORDER BY 1 DESC LIMIT 1"));
    }

    [Fact]
    public async Task Every_integration_may_have_a_credential_and_no_other_provider()
    {
        await using var administrator = await _database.OpenAdministratorAsync();

        var allowed = await administrator.LinesAsync("""
            SELECT m[1] FROM pg_constraint, regexp_matches(pg_get_constraintdef(oid), '''(\w+)''', 'g') m
            WHERE conname = 'valid_provider' AND conrelid = 'user_external_credentials'::regclass ORDER BY 1
            """);

        Assert.Equal(await administrator.LinesAsync("SELECT integration_id::text FROM integrations ORDER BY 1"), allowed);
    }

    [Fact]
    public async Task The_system_tools_are_those_of_the_nodes()
    {
        await using var service = await _database.OpenServiceAsync(ServiceRoles.Integrations);

        Assert.Equal(
            ["ai_teams 2", "discord 10", "firecrawl 5", "github 2", "gmail 1", "google_calendar 5", "notion 3", "slack 9"],
            await service.LinesAsync("SELECT provider || ' ' || count(*) FROM mcp_tools WHERE is_system_tool GROUP BY provider ORDER BY provider"));
    }

    [Fact]
    public async Task Every_tool_describes_its_parameters()
    {
        await using var service = await _database.OpenServiceAsync(ServiceRoles.Integrations);

        foreach (var line in await service.LinesAsync("SELECT jsonb_build_object('name', tool_name, 'description', description, 'schema', tool_schema, 'settings', configuration_schema)::text FROM mcp_tools"))
        {
            var tool = JsonNode.Parse(line)!;
            var properties = tool["schema"]!["properties"]!.AsObject();
            Assert.Equal("object", (string?)tool["schema"]!["type"]);
            Assert.False((bool)tool["schema"]!["additionalProperties"]!);
            Assert.NotEmpty((string)tool["description"]!);
            Assert.All(tool["schema"]!["required"]!.AsArray(), name => Assert.True(properties.ContainsKey((string)name!), $"{tool["name"]} requires {name}"));
            foreach (var (name, schema) in properties.Concat(tool["settings"]!["properties"]!.AsObject()))
            {
                AssertDescribes(schema!, $"{tool["name"]}.{name}");
                Assert.DoesNotContain("token", name.Replace("page_token", "", StringComparison.Ordinal), StringComparison.Ordinal);       // is added, not asked for
            }
        }
    }

    [Fact]
    public async Task Running_the_files_again_changes_nothing()
    {
        await using var administrator = await _database.OpenAdministratorAsync();
        const string Versions = """
            SELECT xmin::text || ' ' || id FROM ai_models UNION ALL SELECT xmin::text || ' ' || id FROM integrations
            UNION ALL SELECT xmin::text || ' ' || id FROM mcp_tools ORDER BY 1
            """;
        var before = await administrator.LinesAsync(Versions);
        Assert.Equal(8 + 8 + 37, before.Count);

        await RunAgainAsync();

        Assert.Equal(before, await administrator.LinesAsync(Versions));
    }

    [Fact]
    public async Task Running_the_files_again_mends_what_was_changed_and_may_move_a_default()
    {
        await using var administrator = await _database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("""
            UPDATE ai_models SET cost_per_input_token = 9, is_default = false WHERE provider = 'openai';
            UPDATE ai_models SET is_default = true WHERE model_id = 'gpt-5';
            UPDATE integrations SET supported_operations = '{}';
            UPDATE mcp_tools SET tool_schema = '{}' WHERE tool_name = 'slack_send_message';
            """);

        await RunAgainAsync();

        Assert.Equal("gpt-5-nano 0.000000050000", Assert.Single(await administrator.LinesAsync("SELECT model_id || ' ' || cost_per_input_token FROM ai_models WHERE provider = 'openai' AND is_default")));
        Assert.Equal(0, await administrator.ScalarAsync<long>("SELECT count(*) FROM integrations WHERE supported_operations = '{}'"));
        Assert.Equal(0, await administrator.ScalarAsync<long>("SELECT count(*) FROM mcp_tools WHERE tool_schema = '{}'"));
    }

    private static void AssertDescribes(JsonNode schema, string where)
    {
        Assert.False(string.IsNullOrEmpty((string?)schema["description"]), $"{where} says nothing");
        Assert.Contains((string?)schema["type"], new[] { "string", "integer", "number", "boolean", "array", "object" });
        Assert.True((string?)schema["type"] != "array" || schema["items"] is JsonObject, $"{where} does not say what it is a list of");
        if (schema["enum"] is JsonArray values && schema["default"] is { } standard)
        {
            Assert.Contains((string)standard!, values.Select(value => (string)value!));
        }
    }

    private async Task RunAgainAsync()
    {
        await using var administrator = await _database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("SET ROLE aiteams_owner");
        foreach (var file in Files)
        {
            await administrator.ExecuteAsync(await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, $"services/Integrations/Reference/{file}.sql")));
        }
    }
}
