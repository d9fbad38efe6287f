extern alias Integrations;

using AiTeams.Testing;
using Npgsql;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests;

/// <summary>One engine for the tests of definitions and of reading. Each test brings its own users, so they do not meet.</summary>
[CollectionDefinition(Name)]
public sealed class DefinitionApi : ICollectionFixture<DefinitionApi>, IAsyncLifetime
{
    public const string Name = "definition api";

    // Nobody listens there: events stay in the outbox, where a test can look at them.
    private const string NoBroker = "amqp://nobody:nothing@127.0.0.1:9";

    private readonly TestEnvironment _environment = new();

    public ServiceHost<Program> Host { get; private set; } = null!;

    /// <summary>As superuser: what is really stored, whoever's it is.</summary>
    public NpgsqlDataSource Admin { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await _environment.InitializeAsync();
        Admin = (await _environment.DatabaseAsync()).Admin;
        var options = new ServiceOptions
        {
            Needs = [Server.Postgres],
            Settings = new Dictionary<string, string> { ["ConnectionStrings:rabbitmq"] = NoBroker, ["WorkflowEngine:Events:SlowReaderSeconds"] = "3" },
        };
        await _environment.HostAsync<Integrations::Program>(options);
        Host = await _environment.HostAsync<Program>(options);
    }

    public Task DisposeAsync() => _environment.DisposeAsync();

    public async Task<string> ConnectionStringAsync(string role) => (await _environment.DatabaseAsync()).ConnectionStringFor(role);

    public async Task<TestUser> NewUserAsync()
    {
        var id = Guid.NewGuid();
        await using var command = Admin.CreateCommand("INSERT INTO auth.users (id, email, encrypted_password) VALUES ($1, $2, '-')");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = $"{id:N}@example.com" });
        await command.ExecuteNonQueryAsync();
        return new TestUser(id, Host.ClientOf(id));
    }

    public async Task<T> ScalarAsync<T>(string sql, params object[] arguments)
    {
        await using var command = Command(sql, arguments);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql, params object[] arguments)
    {
        await using var command = Command(sql, arguments);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The rows of a query as one JSON array, for comparing with what a test expects.</summary>
    public async Task<System.Text.Json.Nodes.JsonArray> RowsAsync(string sql, params object[] arguments) =>
        System.Text.Json.Nodes.JsonNode.Parse(
            await ScalarAsync<string>($"SELECT coalesce(jsonb_agg(row), '[]')::text FROM ({sql}) row", arguments))!.AsArray();

    private NpgsqlCommand Command(string sql, object[] arguments)
    {
        var command = Admin.CreateCommand(sql);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(new() { Value = argument });
        }
        return command;
    }
}
