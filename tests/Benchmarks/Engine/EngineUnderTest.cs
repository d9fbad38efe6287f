extern alias Integrations;
extern alias Scheduler;

using AiTeams.Migrator;
using AiTeams.Testing;
using Grpc.Core;
using Grpc.Net.Client;
using Npgsql;
using EngineCalls = AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine;

namespace AiTeams.Benchmarks.Engine;

/// <summary>The engine as the process it is, with a database server of its own that fsyncs, and a broker.</summary>
internal sealed class EngineUnderTest : IAsyncDisposable
{
    private readonly PrivateServers _servers;
    private readonly TestEnvironment _environment = new();

    private EngineUnderTest(PrivateServers servers) => _servers = servers;

    public ServiceProcess Process { get; private set; } = null!;

    /// <summary>As superuser.</summary>
    public NpgsqlDataSource Admin { get; private set; } = null!;

    /// <summary>Calls of a service, as the scheduler makes them for a webhook.</summary>
    public EngineCalls.WorkflowEngineClient Calls { get; private set; } = null!;

    public Metadata Identity { get; } = new() { { "authorization", $"Bearer {TestIdentity.ServiceToken("scheduler", TimeSpan.FromHours(6))}" } };

    public Guid User { get; } = Guid.CreateVersion7();

    public static async Task<EngineUnderTest> StartAsync(CancellationToken cancellationToken)
    {
        var engine = new EngineUnderTest(await PrivateServers.CreateAsync(isDurable: true));
        try
        {
            await engine.BeginAsync(cancellationToken);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Saves a workflow as its user and returns its id.</summary>
    public async Task<string> SaveAsync(string document, CancellationToken cancellationToken)
    {
        using var content = new StringContent(document, System.Text.Encoding.UTF8, "application/json");
        using var http = Process.ClientOf(User);
        using var answer = await http.PostAsync("/api/v1/app/workflows", content, cancellationToken);
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode
            ? System.Text.Json.JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!
            : throw new InvalidOperationException($"{(int)answer.StatusCode}: {body}");
    }

    /// <summary>A scheduler beside it, on the same database.</summary>
    public Task<ServiceProcess> StartSchedulerAsync() => _environment.NewProcessAsync<Scheduler::Program>(Options("scheduler_service"));

    public async ValueTask DisposeAsync()
    {
        await _environment.DisposeAsync();
        if (Admin is not null)
        {
            await Admin.DisposeAsync();
        }

        await _servers.DisposeAsync();
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        await _servers.Set.StartAsync(Server.Postgres);
        await _servers.Set.StartAsync(Server.RabbitMq);
        var settings = _servers.Set.Settings;
        Admin = NpgsqlDataSource.Create(ConnectionString("postgres", settings.PostgresPassword));
        await Migrations.ApplyAsync($"{ConnectionString("postgres", settings.PostgresPassword)};Pooling=false", settings.RolePasswords, cancellationToken);
        await using (var user = Admin.CreateCommand($"INSERT INTO auth.users (id, email, encrypted_password) VALUES ('{User}', 'bench@example.com', '-')"))
        {
            await user.ExecuteNonQueryAsync(cancellationToken);
        }

        await _environment.NewProcessAsync<Integrations::Program>(Options("integrations_service"));
        Process = await _environment.NewProcessAsync<AiTeams.WorkflowEngine.Runtime.ExecutionRegistry>(Options("workflow_engine_service"));
        Calls = new(GrpcChannel.ForAddress(Process.GrpcAddress, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
            DisposeHttpClient = true,
        }));
    }

    private ServiceOptions Options(string role) => new()
    {
        Needs = [],
        Settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:aiteams"] = ConnectionString(role, _servers.Set.Settings.RolePasswords[role]),
            ["ConnectionStrings:rabbitmq"] = _servers.Set.Address(Server.RabbitMq),
        },
    };

    private string ConnectionString(string role, string password) => new NpgsqlConnectionStringBuilder(_servers.Set.Address(Server.Postgres))
    {
        Database = "aiteams",
        Username = role,
        Password = password,
        CommandTimeout = 600,
    }.ConnectionString;
}
