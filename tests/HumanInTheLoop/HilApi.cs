extern alias Integrations;

using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AiTeams.HumanInTheLoop.Tests.World;
using AiTeams.Testing;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Tests;

/// <summary>
/// One human-in-the-loop service with a stub for an engine, the real integrations, and a world outside: Slack, webhooks, a mail server. Each test brings its own users, and asks as the engine does: by a row of human_interactions.
/// </summary>
[CollectionDefinition(Name)]
public sealed class HilApi : ICollectionFixture<HilApi>, IAsyncLifetime
{
    public const string Name = "human-in-the-loop api";

    // Nobody listens there: events stay in the outbox, where a test can look at them.
    private const string NoBroker = "amqp://nobody:nothing@127.0.0.1:9";

    private readonly ConcurrentDictionary<Guid, HttpClient> _clients = new();

    public TestEnvironment Environment { get; } = new();

    internal SlackStub Slack { get; private set; } = null!;

    internal WebhookReceiver Webhooks { get; private set; } = null!;

    public MailServers Mail { get; private set; } = null!;

    internal StubEngine Engine { get; private set; } = null!;

    internal ServiceHost<HumanInTheLoopCalls> Host { get; private set; } = null!;

    /// <summary>As superuser: what is really stored, whoever's it is.</summary>
    public NpgsqlDataSource Admin { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        (Engine, Slack, Webhooks, Mail) = (await StubEngine.StartAsync(), await SlackStub.StartAsync(), await WebhookReceiver.StartAsync(), await MailServers.StartAsync());
        Admin = (await Environment.DatabaseAsync()).Admin;
        await Environment.HostAsync<Integrations::Program>(new ServiceOptions
        {
            Needs = [Server.Postgres],
            Settings = new Dictionary<string, string>
            {
                ["ConnectionStrings:rabbitmq"] = NoBroker,
                ["Integrations:Mail:Smtp:Host"] = "127.0.0.1",
                ["Integrations:Mail:Smtp:Port"] = $"{Mail.PlainSmtpPort}",
                ["Integrations:Mail:Smtp:Security"] = "none",
                ["Integrations:Mail:Smtp:From"] = "AI Teams <team@example.org>",
                ["Integrations:Mail:Imap:Host"] = "127.0.0.1",
                ["Integrations:Mail:Imap:Port"] = $"{Mail.ImapPort}",
                ["Integrations:Mail:Imap:Security"] = "none",
                ["Integrations:Mail:Imap:Username"] = "team@example.org",
                ["Integrations:Mail:Imap:Password"] = MailServers.Password,
            },
        });
        Host = await Environment.HostAsync<HumanInTheLoopCalls>(Options);
    }

    /// <summary>What the service gets, for a second one beside it.</summary>
    public ServiceOptions Options => new()
    {
        Needs = [Server.Postgres],
        Settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:rabbitmq"] = NoBroker,
            ["services:workflow-engine:grpc:0"] = Engine.Address,
            ["HumanInTheLoop:Slack:ApiUrl"] = Slack.ApiUrl,
            ["HumanInTheLoop:Slack:ResponseUrl"] = Slack.ResponseUrl(""),
            ["HumanInTheLoop:Replies:MailSeconds"] = "0.5",
            ["HumanInTheLoop:PublicUrl"] = "https://teams.example",
        },
    };

    public async Task DisposeAsync()
    {
        await Environment.DisposeAsync();
        await Engine.DisposeAsync();
        await Slack.DisposeAsync();
        await Webhooks.DisposeAsync();
        await Mail.DisposeAsync();
    }

    public async Task<Guid> NewUserAsync()
    {
        var id = Guid.NewGuid();
        await ExecuteAsync("INSERT INTO auth.users (id, email, encrypted_password) VALUES ($1, $2, '-')", id, $"{id:N}@example.com");
        return id;
    }

    /// <summary>A pending question of a new workflow of the user.</summary>
    /// <param name="request">Over title, channels (in_app) and so on: what request_data says.</param>
    public async Task<Asked> AskAsync(
        Guid user, string type = "approval", string request = "{}", string channel = "in_app", double seconds = 600, string timeoutAction = "fail", string secrets = "")
    {
        var (workflow, execution, id, name) = (Guid.NewGuid(), Guid.NewGuid(), Guid.CreateVersion7(), $"exec_{Guid.NewGuid():N}");
        var data = new JsonObject
        {
            ["title"] = "Publish?",
            ["message"] = "May this go out?",
            ["content"] = "the brief",
            ["channels"] = new JsonObject { [channel] = new JsonObject() },
            ["execution_id"] = name,
            ["workflow_name"] = "Newsletter",
            ["node_name"] = "ask",
        };
        foreach (var (field, value) in JsonNode.Parse(request)!.AsObject())
        {
            data[field] = value?.DeepClone();
        }

        await ExecuteAsync("INSERT INTO workflows (id, user_id, name, workflow_data) VALUES ($1, $2, 'Newsletter', '{}')", workflow, user);
        await ExecuteAsync(
            """
            INSERT INTO workflow_executions (id, execution_id, workflow_id, user_id, workflow_version, status, mode, start_time)
            VALUES ($1, $2, $3, $4, 1, 'WAITING_FOR_HUMAN', 'MANUAL', 0)
            """,
            execution, name, workflow, user);
        await ExecuteAsync(
            """
            WITH asked AS (
                INSERT INTO human_interactions (id, workflow_id, user_id, execution_id, node_id, interaction_type, channel_type, request_data, timeout_at, timeout_action)
                VALUES ($1, $2, $3, $4, 'ask', $5, $6, $7::jsonb, clock_timestamp() + $8 * interval '1 second', $9) RETURNING id)
            INSERT INTO hil_channel_secrets (interaction_id, secrets) SELECT id, nullif($10, '')::jsonb FROM asked WHERE $10 <> ''
            """,
            id, workflow, user, execution, type, channel, data.ToJsonString(), seconds, timeoutAction, secrets);
        await ExecuteAsync("NOTIFY human_interactions");    // as the engine does
        return new Asked(id, workflow, name);
    }

    /// <summary>POST of a JSON body, or of none, as that user.</summary>
    public async Task<(HttpStatusCode Status, JsonObject Json)> PostAsync(Guid user, string path, JsonNode? body = null)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        using var answer = await ClientOf(user).PostAsync(path, content);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }

    public Task<(HttpStatusCode Status, JsonObject Json)> RespondAsync(Guid user, Guid interaction, string responseData) =>
        PostAsync(user, $"/api/v1/app/interactions/{interaction}/respond", new JsonObject { ["response_data"] = JsonNode.Parse(responseData) });

    public async Task<(HttpStatusCode Status, JsonObject Json)> GetAsync(Guid user, string path)
    {
        using var answer = await ClientOf(user).GetAsync(path);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }

    public async Task ExecuteAsync(string sql, params object[] arguments)
    {
        await using var command = Command(sql, arguments);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row; the default when there is none.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, params object[] arguments)
    {
        await using var command = Command(sql, arguments);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>What the engine was told about an interaction: it is told once.</summary>
    public async Task<JsonObject> ToldAsync(Guid interaction)
    {
        await Eventually.AssertAsync(() => Task.FromResult(Engine.Told.ContainsKey(interaction.ToString("D"))), TimeSpan.FromSeconds(20), "the engine is told");
        return JsonNode.Parse(Engine.Told[interaction.ToString("D")].First().DataJson.ToStringUtf8())!.AsObject();
    }

    // One each: a race sends many thousand requests.
    private HttpClient ClientOf(Guid user) => _clients.GetOrAdd(user, Host.ClientOf);

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

/// <summary>A question that was put, of which workflow, and to which run it belongs.</summary>
public sealed record Asked(Guid Id, Guid WorkflowId, string ExecutionId);
