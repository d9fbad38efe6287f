extern alias Integrations;

using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Scheduler.Tests;

/// <summary>One scheduler with a stub for an engine, for tests of deploying and firing. Each test brings its own users and workflows.</summary>
[CollectionDefinition(Name)]
public sealed class SchedulerApi : ICollectionFixture<SchedulerApi>, IAsyncLifetime
{
    public const string Name = "scheduler api";

    // Nobody listens there: events stay in the outbox, where a test can look at them.
    private const string NoBroker = "amqp://nobody:nothing@127.0.0.1:9";

    public TestEnvironment Environment { get; } = new();

    /// <summary>Through the real integrations, instead of those a test makes up.</summary>
    public bool ReadsRealMailboxes { get; init; }

    internal StubEngine Engine { get; private set; } = null!;

    internal StubIntegrations Integrations { get; private set; } = null!;

    internal StubPeople People { get; private set; } = null!;

    internal ServiceHost<SchedulerCalls> Host { get; private set; } = null!;

    /// <summary>As superuser: what is really stored, whoever's it is.</summary>
    public NpgsqlDataSource Admin { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Engine = await StubEngine.StartAsync();
        Integrations = await StubIntegrations.StartAsync();
        People = await StubPeople.StartAsync();
        Admin = (await Environment.DatabaseAsync()).Admin;
        if (ReadsRealMailboxes)
        {
            await Environment.HostAsync<Integrations::Program>(new ServiceOptions
            {
                Needs = [Server.Postgres],
                Settings = new Dictionary<string, string> { ["ConnectionStrings:rabbitmq"] = NoBroker },
            });
        }

        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:rabbitmq"] = NoBroker,
            ["services:workflow-engine:grpc:0"] = Engine.Address,
            ["services:human-in-the-loop:grpc:0"] = People.Address,
        };
        if (!ReadsRealMailboxes)
        {
            settings["services:integrations:grpc:0"] = Integrations.Address;
        }

        Host = await Environment.HostAsync<SchedulerCalls>(new ServiceOptions
        {
            Needs = [Server.Postgres],
            Settings = settings,
        });
    }

    public async Task DisposeAsync()
    {
        await Environment.DisposeAsync();
        await Engine.DisposeAsync();
        await Integrations.DisposeAsync();
        await People.DisposeAsync();
    }

    public async Task<Guid> NewUserAsync()
    {
        var id = Guid.NewGuid();
        await ExecuteAsync("INSERT INTO auth.users (id, email, encrypted_password) VALUES ($1, $2, '-')", id, $"{id:N}@example.com");
        return id;
    }

    /// <summary>A workflow of these nodes as the engine would have stored it, with as many versions as documents.</summary>
    public async Task<Guid> NewWorkflowAsync(Guid userId, params JsonObject[][] versions)
    {
        var id = Guid.NewGuid();
        for (var version = 1; version <= versions.Length; version++)
        {
            await SaveAsync(id, userId, version, versions[version - 1]);
        }

        return id;
    }

    public async Task SaveAsync(Guid id, Guid userId, int version, params JsonObject[] nodes)
    {
        var document = new JsonObject { ["nodes"] = new JsonArray([.. nodes.Select(node => node.DeepClone())]), ["connections"] = new JsonArray() }.ToJsonString();
        await ExecuteAsync(
            """
            INSERT INTO workflows (id, user_id, name, workflow_data, latest_version) VALUES ($1, $2, 'Test', $3::jsonb, $4)
            ON CONFLICT (id) DO UPDATE SET workflow_data = excluded.workflow_data, latest_version = excluded.latest_version
            """,
            id, userId, document, version);
        await ExecuteAsync("INSERT INTO workflow_versions (workflow_id, version, user_id, workflow_data) VALUES ($1, $2, $3, $4::jsonb)", id, version, userId, document);
    }

    public static JsonObject Trigger(string id, string subtype, JsonObject? configurations = null) => new()
    {
        ["id"] = id,
        ["name"] = id,
        ["description"] = "-",
        ["type"] = "TRIGGER",
        ["subtype"] = subtype,
        ["configurations"] = configurations ?? [],
    };

    /// <summary>POST of a JSON body, or of none, as that user.</summary>
    public async Task<(HttpStatusCode Status, JsonObject Json)> PostAsync(Guid userId, string path, JsonNode? body = null)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        using var answer = await Host.ClientOf(userId).PostAsync(path, content);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }

    public async Task<(HttpStatusCode Status, JsonObject Json)> GetAsync(Guid userId, string path)
    {
        using var answer = await Host.ClientOf(userId).GetAsync(path);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }

    public async Task ExecuteAsync(string sql, params object[] arguments)
    {
        await using var command = Command(sql, arguments);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The rows of a query as one JSON array, for comparing with what a test expects.</summary>
    public async Task<JsonArray> RowsAsync(string sql, params object[] arguments)
    {
        await using var command = Command($"SELECT coalesce(jsonb_agg(row), '[]')::text FROM ({sql}) row", arguments);
        return JsonNode.Parse((string)(await command.ExecuteScalarAsync())!)!.AsArray();
    }

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
