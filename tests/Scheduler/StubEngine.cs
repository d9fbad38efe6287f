using System.Collections.Concurrent;
using AiTeams.Contracts.WorkflowEngine.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Contract = AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine;

namespace AiTeams.Scheduler.Tests;

/// <summary>A run as it shall go.</summary>
/// <param name="Status">How it stands in the end.</param>
internal sealed record StubRun(string Status)
{
    /// <summary>Whoever waits for it at the start sees its end.</summary>
    public bool EndsHere { get; init; }

    /// <summary>What the last nodes gave, told to whoever waited; "" tells nothing.</summary>
    public string Output { get; init; } = "";

    /// <summary>Type and node of each event. Without an end among them it runs for ever.</summary>
    public IReadOnlyList<(string Type, string NodeId)> Events { get; init; } = [];

    /// <summary>What each node gave, by port, in the order in which they ended.</summary>
    public IReadOnlyDictionary<string, string> Outputs { get; init; } = new Dictionary<string, string>();

    /// <summary>Who watches from the beginning loses the line after so many events.</summary>
    public int BreaksAfter { get; init; } = -1;
}

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

    /// <summary>What becomes of the executions it starts; null, or null for one of them: they run for ever and nobody hears of them.</summary>
    public Func<StartExecutionRequest, StubRun?>? Play
    {
        set => _calls.Play = value;
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

        public Func<StartExecutionRequest, StubRun?>? Play { get; set; }

        private ConcurrentDictionary<string, StubRun> Runs { get; } = new();

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

            var id = $"exec_{request.IdempotencyKey[^12..]}";
            var run = Play?.Invoke(request) is { } played ? Runs.GetOrAdd(id, played) : null;
            return Task.FromResult(new StartExecutionResponse
            {
                ExecutionId = id,
                Status = request.WaitSeconds > 0 && run?.EndsHere == true ? run.Status : "RUNNING",
                Output = request.WaitSeconds > 0 && times == 1 ? ByteString.CopyFromUtf8(run?.Output ?? "") : ByteString.Empty,
                Replayed = times > 1,
            });
        }

        public override async Task WatchExecution(WatchExecutionRequest request, IServerStreamWriter<ExecutionEvent> responseStream, ServerCallContext context)
        {
            var run = Runs.GetValueOrDefault(request.ExecutionId) ?? throw new RpcException(new Status(StatusCode.NotFound, "no such execution"));
            for (var at = (int)request.AfterSequence; at < run.Events.Count; at++)
            {
                if (run.BreaksAfter == at && request.AfterSequence < at)
                {
                    throw new RpcException(new Status(StatusCode.Unavailable, "this engine is gone"));
                }

                var (type, node) = run.Events[at];
                await responseStream.WriteAsync(new ExecutionEvent { Sequence = at + 1, Type = type, ExecutionId = request.ExecutionId, NodeId = node }, context.CancellationToken);
                if (type is "execution_completed" or "execution_failed")
                {
                    return;
                }
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
        }

        public override Task<Execution> GetExecution(GetExecutionRequest request, ServerCallContext context)
        {
            var run = Runs.GetValueOrDefault(request.ExecutionId) ?? throw new RpcException(new Status(StatusCode.NotFound, "no such execution"));
            var execution = new Execution { ExecutionId = request.ExecutionId, Status = run.Status };
            var second = 0;
            foreach (var (node, output) in run.Outputs.Where(output => request.NodeId.Length == 0 || output.Key == request.NodeId))
            {
                execution.NodeExecutions.Add(new NodeExecution
                {
                    NodeId = node,
                    Status = "SUCCESS",
                    EndTime = new Timestamp { Seconds = ++second },
                    OutputJson = request.NodeId.Length == 0 ? ByteString.Empty : ByteString.CopyFromUtf8(output),
                });
            }

            return Task.FromResult(execution);
        }
    }
}
