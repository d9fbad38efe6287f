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
    private HttpClient[] _clients = [];
    private EndListener _listener = null!;

    internal PrivateServers Servers { get; private set; } = null!;

    internal IReadOnlyList<ServiceProcess> Engines { get; private set; } = [];

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
        await _environment.NewProcessAsync<Integrations::Program>(OptionsFor("integrations_service"));
        var engine = OptionsFor("workflow_engine_service");
        Engines = [await _environment.NewProcessAsync<Program>(engine), await _environment.NewProcessAsync<Program>(engine)];
        _listener = await listening;

        var user = Guid.NewGuid();
        await ExecuteAsync($"INSERT INTO auth.users (id, email, encrypted_password) VALUES ('{user}', 'crash@example.com', '-')");
        var author = Engines[0].ClientOf(user);
        Workflows = MixedWorkflows.All(World.Address);
        foreach (var workflow in Workflows)
        {
            using var answer = await author.PostAsJsonAsync("/api/v1/app/workflows", workflow.Document);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.Created, $"{workflow.Name}: {text}");
            _workflows[workflow.Name] = (string)JsonNode.Parse(text)!["id"]!;
        }

        _clients = [.. Engines.Select(engine => engine.ClientOf(user))];
        Array.ForEach(_clients, client => client.Timeout = TimeSpan.FromSeconds(5));       // a frozen engine takes a request and says nothing
    }

    public async Task DisposeAsync()
    {
        await _environment.DisposeAsync();
        await _listener.DisposeAsync();
        await Admin.DisposeAsync();
        await Servers.DisposeAsync();
        await World.DisposeAsync();
    }

    /// <summary>
    /// Starts one execution as a client does that means it: the same key and the same body again, at any engine, until one of them has
    /// accepted it. Returns its id.
    /// </summary>
    internal async Task<string> StartAsync(MixedWorkflow workflow, int number)
    {
        var body = new JsonObject
        {
            ["data"] = new JsonObject { ["n"] = number, ["until"] = DateTimeOffset.UtcNow.AddSeconds(1.5).ToUnixTimeMilliseconds() },
        };
        for (var turn = number; ; turn++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/app/workflows/{_workflows[workflow.Name]}/executions")
            {
                Content = JsonContent.Create(body),
                Headers = { { "Idempotency-Key", $"crash-{number}" } },
            };
            try
            {
                using var answer = await _clients[turn % _clients.Length].SendAsync(request);
                var text = await answer.Content.ReadAsStringAsync();
                if (answer.StatusCode == HttpStatusCode.Accepted)
                {
                    return (string)JsonNode.Parse(text)!["execution_id"]!;
                }

                Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{(int)answer.StatusCode}: {text}");
            }
            catch (Exception ex) when (ex is HttpRequestException or OperationCanceledException)
            {
                // that engine is dead, frozen or ending: the other one is asked
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

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
            CREATE TABLE crash.expected (workflow text PRIMARY KEY, status text NOT NULL, node_runs text NOT NULL);
            CREATE TABLE crash.terminal (id uuid PRIMARY KEY, fingerprint text NOT NULL);     -- rows as they were when they were first seen ended
            """);
    }
}
