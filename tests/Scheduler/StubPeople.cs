using System.Collections.Concurrent;
using AiTeams.Contracts.HumanInTheLoop.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Contract = AiTeams.Contracts.HumanInTheLoop.V1.HumanInTheLoop;

namespace AiTeams.Scheduler.Tests;

/// <summary>Human-in-the-loop as the scheduler sees it: remembers what it was handed, takes what says "approved", and is away for what says "people are away".</summary>
internal sealed class StubPeople : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubPeople(WebApplication app, Calls calls) => (_app, Handed) = (app, calls.Handed);

    public string Address => _app.Urls.Single();

    public ConcurrentQueue<ReceiveSlackRequest> Handed { get; }

    public static async Task<StubPeople> StartAsync()
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
        return new StubPeople(app, calls);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal sealed class Calls : Contract.HumanInTheLoopBase
    {
        public ConcurrentQueue<ReceiveSlackRequest> Handed { get; } = new();

        public override Task<ReceiveSlackResponse> ReceiveSlack(ReceiveSlackRequest request, ServerCallContext context)
        {
            Handed.Enqueue(request);
            var text = request.Body.ToStringUtf8();
            return text.Contains("people are away", StringComparison.Ordinal) ? throw new RpcException(new Status(StatusCode.Unavailable, "away"))
                : Task.FromResult(new ReceiveSlackResponse { Taken = text.Contains("approved", StringComparison.Ordinal) });
        }
    }
}
