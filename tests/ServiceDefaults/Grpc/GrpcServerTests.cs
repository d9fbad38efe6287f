using System.Net;
using AiTeams.Contracts.Memory.V1;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.Testing;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using Contract = AiTeams.Contracts.Memory.V1.Memory;
using HealthClient = Grpc.Health.V1.Health.HealthClient;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AiTeams.ServiceDefaults.Tests.Grpc;

public sealed class GrpcServerTests : IAsyncLifetime
{
    private ServiceUnderTest _service = null!;
    private global::Grpc.Net.Client.GrpcChannel _channel = null!;

    public async Task InitializeAsync()
    {
        _service = await ServiceUnderTest.StartAsync(map: app =>
        {
            app.MapGrpcService<Calls>();
            app.MapGet("/rest", () => "rest");
        });
        _channel = _service.Channel();
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _service.DisposeAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("aiteams.memory.v1.Memory")]
    [InlineData("stopping")]
    public async Task Health_is_served_without_a_token_for_the_server_each_service_and_each_check(string name)
    {
        var answer = await new HealthClient(_channel).CheckAsync(new HealthCheckRequest { Service = name });

        Assert.Equal(ServingStatus.Serving, answer.Status);
    }

    [Fact]
    public async Task Health_of_an_unknown_service_is_not_found()
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(
            async () => await new HealthClient(_channel).CheckAsync(new HealthCheckRequest { Service = "nobody" }));

        Assert.Equal(StatusCode.NotFound, refusal.StatusCode);
    }

    [Fact]
    public async Task A_watcher_hears_the_status_and_does_not_hold_up_the_stop()
    {
        await using var service = await ServiceUnderTest.StartAsync();
        using var channel = service.Channel();
        using var watch = new HealthClient(channel).Watch(new HealthCheckRequest());
        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.Equal(ServingStatus.Serving, watch.ResponseStream.Current.Status);

        var stop = service.App.StopAsync();

        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        await stop.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Reflection_lists_the_services_and_gives_their_files()
    {
        using var call = new ServerReflection.ServerReflectionClient(_channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "*" });
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { FileContainingSymbol = "aiteams.memory.v1.Memory.Search" });
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { FileContainingSymbol = "nobody.Knows" });
        await call.RequestStream.CompleteAsync();
        var answers = await call.ResponseStream.ReadAllAsync().ToListAsync();

        Assert.Equal(
            ["aiteams.memory.v1.Memory", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"],
            answers[0].ListServicesResponse.Service.Select(service => service.Name));
        var files = answers[1].FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom).ToList();
        Assert.Contains(files, file => file.Service.Any(service => service.Name == "Memory"));
        Assert.Contains(files, file => file.Name == "google/protobuf/struct.proto");
        Assert.Equal((int)StatusCode.NotFound, answers[2].ErrorResponse.ErrorCode);
    }

    [Fact]
    public async Task Reflection_speaks_the_older_version_too()
    {
        using var call = new global::Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient(_channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new() { ListServices = "*" });
        await call.RequestStream.CompleteAsync();

        Assert.Equal(4, (await call.ResponseStream.ReadAllAsync().ToListAsync()).Single().ListServicesResponse.Service.Count);
    }

    [Fact]
    public async Task A_call_needs_a_service_token()
    {
        Assert.Equal(StatusCode.Unauthenticated, await StatusOfAsync("ok", null));
        Assert.Equal(StatusCode.Unauthenticated, await StatusOfAsync("ok", TestIdentity.Token(Guid.NewGuid())));
        Assert.Equal(StatusCode.OK, await StatusOfAsync("ok", TestIdentity.ServiceToken("scheduler")));
    }

    [Theory]
    [InlineData("not_found", StatusCode.NotFound)]
    [InlineData("conflict", StatusCode.FailedPrecondition)]
    [InlineData("invalid", StatusCode.InvalidArgument)]
    [InlineData("database", StatusCode.Unavailable)]
    [InlineData("status", StatusCode.OutOfRange)]
    [InlineData("fault", StatusCode.Internal)]
    public async Task What_a_method_throws_has_its_status(string query, StatusCode status) =>
        Assert.Equal(status, await StatusOfAsync(query, TestIdentity.ServiceToken("scheduler")));

    [Fact]
    public async Task A_refusal_carries_its_code_and_a_fault_tells_nothing()
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => SearchAsync("conflict", TestIdentity.ServiceToken("scheduler")));
        var fault = await Assert.ThrowsAsync<RpcException>(() => SearchAsync("fault", TestIdentity.ServiceToken("scheduler")));

        Assert.Equal(("conflict", "It runs."), (refusal.Trailers.GetValue(ProblemTrailers.Code), refusal.Status.Detail));
        Assert.DoesNotContain("secret", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_method_not_built_is_unimplemented()
    {
        var headers = new Metadata { { "authorization", $"Bearer {TestIdentity.ServiceToken("scheduler")}" } };

        var refusal = await Assert.ThrowsAsync<RpcException>(
            async () => await new Contract.MemoryClient(_channel).StoreAsync(new StoreRequest(), headers));

        Assert.Equal(StatusCode.Unimplemented, refusal.StatusCode);
    }

    [Fact]
    public async Task REST_is_not_reachable_on_the_gRPC_port()
    {
        using var client = new HttpClient
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            BaseAddress = new Uri(_service.GrpcAddress),
        };

        await (await client.GetAsync("/rest")).ProblemAsync(404, "not_found");
    }

    private async Task<StatusCode> StatusOfAsync(string query, string? token)
    {
        try
        {
            await SearchAsync(query, token);
            return StatusCode.OK;
        }
        catch (RpcException refusal)
        {
            return refusal.StatusCode;
        }
    }

    private async Task SearchAsync(string query, string? token) => await new Contract.MemoryClient(_channel).SearchAsync(
        new SearchRequest { Query = query }, token is null ? [] : new Metadata { { "authorization", $"Bearer {token}" } });

    private sealed class Calls : Contract.MemoryBase
    {
        public override Task<SearchResponse> Search(SearchRequest request, ServerCallContext context) => request.Query switch
        {
            "not_found" => throw Problems.NotFound("memory"),
            "conflict" => throw Problems.Conflict("It runs."),
            "invalid" => throw Problems.Validation("too_long", "The query is too long.", "/query"),
            "database" => throw new NpgsqlException("x", new IOException()),
            "status" => throw new RpcException(new Status(StatusCode.OutOfRange, "Enough.")),
            "fault" => throw new InvalidOperationException("the secret plan"),
            _ => Task.FromResult(new SearchResponse()),
        };
    }
}
