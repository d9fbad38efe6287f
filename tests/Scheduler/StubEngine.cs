using System.Collections.Concurrent;
using AiTeams.Contracts.WorkflowEngine.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Contract = AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine;

namespace AiTeams.Scheduler.Tests;

/// <summary>An engine as the scheduler sees it: starts each idempotency key once, remembers what it was asked, and fails as it is told.</summary>
internal sealed class StubEngine : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Calls _calls;

    private StubEngine(WebApplication app, Calls calls) => (_app, _calls) = (app, calls);

    public string Address => _app.Urls.Single();

    /// <summary>The requests by key, each with how often it came.</summary>
    public IReadOnlyDictionary<string, (StartExecutionRequest Request, int Times)> Started => _calls.Started;

    /// <summary>What the next calls get instead of an execution; null to answer again. It decides by the request.</summary>
    public Func<StartExecutionRequest, RpcException?>? Refuse
    {
        set => _calls.Refuse = value;
    }

    /// <summary>Takes the next start and loses the answer.</summary>
    public void LoseNextAnswer() => _calls.LoseNext = true;

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
        public ConcurrentDictionary<string, (StartExecutionRequest Request, int Times)> Started { get; } = new();

        public Func<StartExecutionRequest, RpcException?>? Refuse { get; set; }

        public bool LoseNext { get; set; }

        public override Task<StartExecutionResponse> StartExecution(StartExecutionRequest request, ServerCallContext context)
        {
            if (Refuse?.Invoke(request) is { } refusal)
            {
                throw refusal;
            }

            var (_, times) = Started.AddOrUpdate(request.IdempotencyKey, _ => (request, 1), (_, before) => (before.Request, before.Times + 1));
            if (LoseNext)
            {
                LoseNext = false;
                throw new RpcException(new Status(StatusCode.Unavailable, "the answer was lost"));
            }

            return Task.FromResult(new StartExecutionResponse { ExecutionId = $"exec_{request.IdempotencyKey[^12..]}", Status = "RUNNING", Replayed = times > 1 });
        }
    }
}
