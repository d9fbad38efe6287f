using AiTeams.ServiceDefaults;
using AiTeams.ServiceDefaults.Grpc;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.Testing.GrpcJs;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiTeams.Contracts.Tests;

/// <summary>A service as all of ours are, on real ports, with <see cref="EngineDouble"/> behind the contract; and the client from npm.</summary>
public sealed class EngineHost : IAsyncLifetime
{
    public const string Secret = "a secret that only these tests ever use";
    public const string Service = "aiteams.workflowengine.v1.WorkflowEngine";

    private WebApplication? _app;

    public GrpcJsClient Client { get; private set; } = null!;

    internal ObservedCalls Observed { get; } = new();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Configuration["GRPC_PORT"] = "0";
        builder.Configuration["Identity:JwtSecret"] = Secret;
        builder.AddServiceDefaults("workflow-engine");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(Observed);

        _app = builder.Build();
        _app.UseServiceDefaults();
        _app.MapDefaultEndpoints();
        _app.MapGrpcService<EngineDouble>();
        await _app.StartAsync();

        var services = _app.Services;
        Client = await GrpcJsClient.ForAsync(services.GetRequiredService<GrpcEndpoint>().Address!, services.GetRequiredService<ServiceTokens>().Current);
    }

    public async Task DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }
}
