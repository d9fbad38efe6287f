using AiTeams.Contracts.Memory.V1;
using AiTeams.Contracts.Scheduler.V1;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.Testing;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MemoryContract = AiTeams.Contracts.Memory.V1.Memory;
using SchedulerContract = AiTeams.Contracts.Scheduler.V1.Scheduler;

namespace AiTeams.ServiceDefaults.Tests.Grpc;

/// <summary>A front service that calls a back service, over HTTP and while it serves a gRPC call.</summary>
public sealed class GrpcClientTests : IAsyncLifetime
{
    private readonly Seen _seen = new();
    private ServiceUnderTest _back = null!;
    private ServiceUnderTest _front = null!;

    public async Task InitializeAsync()
    {
        _back = await ServiceUnderTest.StartAsync(
            builder => builder.Services.AddSingleton(_seen), app => app.MapGrpcService<Back>(), name: "memory");
        _front = await StartFrontAsync(_back.GrpcAddress);
    }

    public async Task DisposeAsync()
    {
        await _front.DisposeAsync();
        await _back.DisposeAsync();
    }

    [Fact]
    public async Task A_call_shows_our_service_token_and_has_a_deadline()
    {
        using var client = _front.Client();
        await client.GetStringAsync("/search?query=ok");

        Assert.Equal("scheduler", _seen.Peer);
        Assert.InRange(_seen.Deadline - DateTime.UtcNow, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task The_deadline_of_the_served_call_is_carried_on()
    {
        using var channel = _front.Channel();
        var deadline = DateTime.UtcNow.AddSeconds(9);
        var client = new SchedulerContract.SchedulerClient(channel);

        await client.ListTriggersAsync(new ListTriggersRequest { WorkflowId = "ok" }, Token(), deadline);

        Assert.InRange(_seen.Deadline, deadline.AddSeconds(-2), deadline.AddSeconds(1));
    }

    [Fact]
    public async Task When_the_served_call_is_given_up_so_is_the_call_made_for_it()
    {
        using var channel = _front.Channel();
        using var giveUp = new CancellationTokenSource();
        var call = new SchedulerContract.SchedulerClient(channel)
            .ListTriggersAsync(new ListTriggersRequest { WorkflowId = "hang" }, Token(), cancellationToken: giveUp.Token);
        await _seen.Hanging.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await giveUp.CancelAsync();

        await Assert.ThrowsAsync<RpcException>(async () => await call);
        await _seen.GivenUp.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("not_found", 404, "not_found")]
    [InlineData("invalid", 422, "too_long")]
    [InlineData("late", 504, "upstream_timeout")]
    public async Task What_the_service_refused_is_told_over_HTTP(string query, int status, string code)
    {
        using var client = _front.Client();

        var problem = await (await client.GetAsync($"/search?query={query}")).ProblemAsync(status, status == 422 ? "validation_failed" : code);
        if (status == 422)
        {
            Assert.Equal((code, "/query"), ((string?)problem["errors"]![0]!["code"], (string?)problem["errors"]![0]!["pointer"]));
        }
    }

    [Fact]
    public async Task A_service_that_is_away_is_503_over_HTTP()
    {
        await using var lonely = await StartFrontAsync($"http://127.0.0.1:{FreePorts.Take()}");
        using var client = lonely.Client();

        using var answer = await client.GetAsync("/compose");

        await answer.ProblemAsync(503, "service_unavailable");
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task Only_calls_named_idempotent_are_sent_again()
    {
        using var client = _front.Client();

        Assert.Equal("found", await client.GetStringAsync("/search?query=flaky"));
        Assert.Equal(3, _seen.Flaky);

        using var once = await client.GetAsync("/compose");
        Assert.Equal(503, (int)once.StatusCode);
        Assert.Equal(1, _seen.Composed);
    }

    [Fact]
    public void A_method_that_does_not_exist_cannot_be_idempotent()
    {
        var builder = WebApplication.CreateBuilder();

        Assert.Throws<ArgumentException>(() => builder.AddGrpcClient<MemoryContract.MemoryClient>("memory", invoker => new(invoker), "Serch"));
    }

    private static Metadata Token() => new() { { "authorization", $"Bearer {TestIdentity.ServiceToken("gateway")}" } };

    private static Task<ServiceUnderTest> StartFrontAsync(string backAddress) => ServiceUnderTest.StartAsync(
        builder => builder.AddGrpcClient<MemoryContract.MemoryClient>("memory", invoker => new(invoker), "Search"),
        app =>
        {
            app.MapGrpcService<Front>();
            app.MapGet("/search", async (string query, MemoryContract.MemoryClient memory) =>
            {
                await memory.SearchAsync(new SearchRequest { Query = query }, deadline: query == "late" ? DateTime.UtcNow.AddMilliseconds(200) : null);
                return "found";
            });
            app.MapGet("/compose", async (MemoryContract.MemoryClient memory) => (await memory.ComposeContextAsync(new ComposeContextRequest())).TotalTokens);
        },
        new() { ["services:memory:grpc:0"] = backAddress },
        "scheduler");

    private sealed class Front(MemoryContract.MemoryClient memory) : SchedulerContract.SchedulerBase
    {
        public override async Task<ListTriggersResponse> ListTriggers(ListTriggersRequest request, ServerCallContext context)
        {
            await memory.SearchAsync(new SearchRequest { Query = request.WorkflowId });
            return new ListTriggersResponse();
        }
    }

    private sealed class Back(Seen seen) : MemoryContract.MemoryBase
    {
        public override async Task<SearchResponse> Search(SearchRequest request, ServerCallContext context)
        {
            seen.Peer = context.GetHttpContext().User.Identity?.Name;
            seen.Deadline = context.Deadline;
            switch (request.Query)
            {
                case "not_found":
                    throw Problems.NotFound("memory");
                case "invalid":
                    throw Problems.Validation("too_long", "The query is too long.", "/query");
                case "flaky" when ++seen.Flaky < 3:
                    throw Problems.ServiceUnavailable();
                case "late" or "hang":
                    seen.Hanging.TrySetResult();
                    try
                    {
                        await Task.Delay(Timeout.Infinite, context.CancellationToken);
                    }
                    finally
                    {
                        seen.GivenUp.TrySetResult();
                    }

                    break;
            }

            return new SearchResponse();
        }

        public override Task<ComposeContextResponse> ComposeContext(ComposeContextRequest request, ServerCallContext context)
        {
            seen.Composed++;
            throw Problems.ServiceUnavailable();
        }
    }

    private sealed class Seen
    {
        public string? Peer { get; set; }

        public DateTime Deadline { get; set; }

        public int Flaky { get; set; }

        public int Composed { get; set; }

        public TaskCompletionSource Hanging { get; } = new();

        public TaskCompletionSource GivenUp { get; } = new();
    }
}
