using System.Collections.Concurrent;
using AiTeams.Contracts.WorkflowEngine.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Contract = AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine;

namespace AiTeams.HumanInTheLoop.Tests;

/// <summary>An engine as human-in-the-loop sees it: remembers what it was told, and fails as a test says.</summary>
internal sealed class StubEngine : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Calls _calls;

    private StubEngine(WebApplication app, Calls calls) => (_app, _calls) = (app, calls);

    public string Address => _app.Urls.Single();

    /// <summary>What came, by idempotency key, in the order of arrival.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<ResumeExecutionRequest>> Told => _calls.Told;

    /// <summary>What the next calls get instead; null to take them.</summary>
    public Func<ResumeExecutionRequest, RpcException?>? Refuse
    {
        set => _calls.Refuse = value;
    }

    public static async Task<StubEngine> StartAsync()
    {
        var calls = new Calls();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(calls);
        var app = builder.Build();
        app.MapGrpcService<Calls>();
        await app.StartAsync();
        return new StubEngine(app, calls);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal sealed class Calls : Contract.WorkflowEngineBase
    {
        public ConcurrentDictionary<string, ConcurrentQueue<ResumeExecutionRequest>> Told { get; } = new();

        public Func<ResumeExecutionRequest, RpcException?>? Refuse { get; set; }

        public override Task<ControlResponse> ResumeExecution(ResumeExecutionRequest request, ServerCallContext context)
        {
            Told.GetOrAdd(request.IdempotencyKey, _ => new()).Enqueue(request);
            return Refuse?.Invoke(request) is { } refusal
                ? throw refusal
                : Task.FromResult(new ControlResponse { ExecutionId = request.ExecutionId, Status = "RUNNING", Decided = true });
        }
    }
}
