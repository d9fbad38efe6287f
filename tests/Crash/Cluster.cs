extern alias Integrations;

using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Crash.Tests;

/// <summary>Two engine processes on a Postgres and a RabbitMQ of their own, everything of which may be killed, and who hears of what ended.</summary>
public sealed class Cluster : IAsyncLifetime
{
    private readonly TestEnvironment _environment = new();
    private readonly Dictionary<string, string> _workflows = [];
    private EndListener _listener = null!;

    internal PrivateServers Servers { get; private set; } = null!;

    internal IReadOnlyList<ServiceProcess> Engines { get; private set; } = [];

    internal ServiceProcess Integrations { get; private set; } = null!;

    internal PersistentClient Client { get; private set; } = null!;

    internal RecordingServer World { get; private set; } = null!;

    /// <summary>As superuser. Its connections break with the server; whoever uses it has to expect that.</summary>
    internal NpgsqlDataSource Admin { get; private set; } = null!;

    internal IReadOnlyList<MixedWorkflow> Workflows { get; private set; } = [];

    public async Task InitializeAsync()
    {
        World = await RecordingServer.StartAsync();
        Servers = await PrivateServers.CreateAsync();
        await Task.WhenAll(PrepareDatabaseAsync(), Servers.Set.StartAsync(Server.RabbitMq));
        var listening = EndListener.StartAsync(Servers);
        Integrations = await _environment.NewProcessAsync<Integrations::Program>(OptionsFor("integrations_service"));
        var engine = OptionsFor("workflow_engine_service");
        Engines = [await _environment.NewProcessAsync<Program>(engine), await _environment.NewProcessAsync<Program>(engine)];
        _listener = await listening;

        var user = Guid.NewGuid();
        await ExecuteAsync($"INSERT INTO auth.users (id, email, encrypted_password) VALUES ('{user}', 'crash@example.com', '-')");
        var author = Engines[0].ClientOf(user);
        var child = await CreateAsync(author, MixedWorkflows.Child(World.Address));
        Workflows = MixedWorkflows.All(World.Address, child);
        foreach (var workflow in Workflows)
        {
            _workflows[workflow.Name] = await CreateAsync(author, workflow.Document);
        }

        Client = new PersistentClient(Engines, user);
    }

    public async Task DisposeAsync()
    {
        await _environment.DisposeAsync();
        await _listener.DisposeAsync();
        await Admin.DisposeAsync();
        await Servers.DisposeAsync();
        await World.DisposeAsync();
    }

    internal string IdOf(MixedWorkflow workflow) => _workflows[workflow.Name];

    /// <summary>The first column of the result, as text. An outage is waited out.</summary>
    internal async Task<List<string>> ReadAsync(string sql)
    {
        List<string>? rows = null;
        await Eventually.AssertAsync(
            async () =>
            {
                rows = await ReadOnceAsync(sql);
                return true;
            },
            TimeSpan.FromMinutes(1),
            sql);
        return rows!;
    }

    /// <summary>The same, and an outage is the caller's.</summary>
    internal async Task<List<string>> ReadOnceAsync(string sql)
    {
        await using var command = Admin.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetValue(column).ToString())));
        }

        return rows;
    }

    internal Task ExecuteAsync(string sql) => ReadAsync(sql);

    private static async Task<string> CreateAsync(HttpClient author, JsonObject document)
    {
        using var answer = await author.PostAsJsonAsync("/api/v1/app/workflows", document);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Created, $"{document["metadata"]!["name"]}: {text}");
        return (string)JsonNode.Parse(text)!["id"]!;
    }

    private ServiceOptions OptionsFor(string role) => new()
    {
        Needs = [],
        Settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:aiteams"] = Servers.ConnectionStringFor(role),
            ["ConnectionStrings:rabbitmq"] = Servers.Set.Address(Server.RabbitMq),
        },
    };

    private async Task PrepareDatabaseAsync()
    {
        await Servers.StartMigratedAsync();
        Admin = NpgsqlDataSource.Create(Servers.ConnectionStringFor("postgres"));
        await ExecuteAsync("""
            CREATE SCHEMA crash;
            GRANT USAGE ON SCHEMA crash TO scheduler_service;
            CREATE TABLE crash.heard (execution_id text NOT NULL, status text NOT NULL);      -- one row per effect of ExecutionFinished
            GRANT INSERT ON crash.heard TO scheduler_service;
            CREATE TABLE crash.started (number int PRIMARY KEY, workflow text NOT NULL, execution_id text NOT NULL);
            CREATE TABLE crash.expected (workflow text NOT NULL, status text NOT NULL, node_runs text);      -- one row per way it may go; null: any
            CREATE TABLE crash.terminal (id uuid PRIMARY KEY, fingerprint text NOT NULL);     -- rows as they were when they were first seen ended
            """);
    }
}
