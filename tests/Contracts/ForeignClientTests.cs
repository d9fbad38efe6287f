using AiTeams.Testing.GrpcJs;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AiTeams.Contracts.Tests;

/// <summary>The contract as a client sees it that nobody here wrote: grpc-js from npm against our protos, stand-ins and service defaults.</summary>
public sealed class ForeignClientTests(EngineHost host) : IClassFixture<EngineHost>
{
    [Fact]
    public async Task A_unary_call_carries_messages_both_ways()
    {
        var outcome = await StartAsync(new { workflow_id = "w1", mode = "EXECUTION_MODE_RETRY", data = Convert.ToBase64String("Zoë ✓"u8) });

        Assert.Equal("run of w1 for Zoë ✓", (string?)outcome.Message["execution_id"]);
        Assert.Equal("Retry", (string?)outcome.Message["status"]);
    }

    [Fact]
    public async Task A_server_stream_arrives_in_order_and_ends()
    {
        var outcome = await WatchAsync(new { execution_id = "e1", after_sequence = 1 });

        Assert.Equal("OK", outcome.Status);
        Assert.Equal(["2", "3"], outcome.Messages.Select(message => (string?)message["sequence"]));
    }

    [Fact]
    public async Task A_deadline_ends_the_call_on_both_sides()
    {
        var outcome = await WatchAsync(new { execution_id = "endless with deadline" }, new GrpcJsOptions(Deadline: TimeSpan.FromMilliseconds(700)));

        Assert.Equal("DEADLINE_EXCEEDED", outcome.Status);
        await host.Observed.WhenEnded("endless with deadline");
    }

    [Fact]
    public async Task A_client_that_cancels_is_noticed()
    {
        var outcome = await WatchAsync(new { execution_id = "endless until canceled" }, new GrpcJsOptions(CancelAfterMessages: 3));

        Assert.Equal("CANCELLED", outcome.Status);
        Assert.Equal(3, outcome.Messages.Count);
        await host.Observed.WhenEnded("endless until canceled");
    }

    [Fact]
    public async Task What_is_not_there_is_NOT_FOUND_with_the_problems_code()
    {
        var outcome = await StartAsync(new { workflow_id = EngineDouble.Absent });

        Assert.Equal("NOT_FOUND", outcome.Status);
        Assert.NotEmpty(outcome.Details);
        Assert.NotNull((string?)outcome.Trailers["problem-code"]);
    }

    [Fact]
    public async Task A_fault_is_INTERNAL_and_tells_nothing()
    {
        var outcome = await StartAsync(new { workflow_id = EngineDouble.Broken });

        Assert.Equal("INTERNAL", outcome.Status);
        Assert.DoesNotContain("secret", outcome.Details, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_answer_of_three_megabytes_arrives_whole()
    {
        var outcome = await host.Client.CallAsync(EngineHost.Service, "GetExecution", new { execution_id = "e1" });

        Assert.Equal($"$fill:{EngineDouble.BigText}", (string?)outcome.Message["node_executions"]![0]!["output_data"]!["stringValue"]);
    }

    [Fact]
    public async Task A_request_over_the_limit_is_RESOURCE_EXHAUSTED()
    {
        var outcome = await StartAsync(new { workflow_id = "w1", idempotency_key = "$fill:5000000" });

        Assert.Equal("RESOURCE_EXHAUSTED", outcome.Status);
    }

    [Fact]
    public async Task Without_a_token_a_call_is_UNAUTHENTICATED()
    {
        var outcome = await host.Client.With(token: null).CallAsync(EngineHost.Service, "StartExecution", new { workflow_id = "w1" });

        Assert.Equal("UNAUTHENTICATED", outcome.Status);
    }

    [Fact]
    public async Task A_users_token_is_not_a_services()
    {
        var outcome = await host.Client.With(UserToken()).CallAsync(EngineHost.Service, "StartExecution", new { workflow_id = "w1" });

        Assert.Equal("UNAUTHENTICATED", outcome.Status);
    }

    [Fact]
    public async Task A_method_without_an_implementation_is_UNIMPLEMENTED()
    {
        var outcome = await host.Client.CallAsync("aiteams.memory.v1.Memory", "Search", new { });

        Assert.Equal("UNIMPLEMENTED", outcome.Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData(EngineHost.Service)]
    public async Task Health_answers_without_a_token(string service)
    {
        var outcome = await host.Client.With(token: null).CallAsync("grpc.health.v1.Health", "Check", new { service });

        Assert.Equal("SERVING", (string?)outcome.Message["status"]);
    }

    [Fact]
    public async Task Health_of_an_unknown_service_is_NOT_FOUND()
    {
        var outcome = await host.Client.With(token: null).CallAsync("grpc.health.v1.Health", "Check", new { service = "no.such.Service" });

        Assert.Equal("NOT_FOUND", outcome.Status);
    }

    [Fact]
    public async Task Health_can_be_watched()
    {
        var outcome = await host.Client.With(token: null)
            .CallAsync("grpc.health.v1.Health", "Watch", new { service = EngineHost.Service }, new GrpcJsOptions(CancelAfterMessages: 1));

        Assert.Equal("SERVING", (string?)Assert.Single(outcome.Messages)["status"]);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v1alpha")]
    public async Task A_client_without_proto_files_learns_the_contract_by_reflection(string version)
    {
        var outcome = await host.Client.CallAsync(EngineHost.Service, "StartExecution", new { workflow_id = "w2" }, new GrpcJsOptions(Reflection: version));

        Assert.StartsWith("run of w2", (string?)outcome.Message["execution_id"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v1alpha")]
    public async Task Reflection_lists_the_services_without_a_token(string version)
    {
        var outcome = await host.Client.With(token: null).CallAsync($"grpc.reflection.{version}.ServerReflection", "ServerReflectionInfo", new { list_services = "" });

        var services = Assert.Single(outcome.Messages)["list_services_response"]!["service"]!.AsArray().Select(service => (string?)service!["name"]);
        Assert.Contains(EngineHost.Service, services);
        Assert.Contains("grpc.health.v1.Health", services);
    }

    private static string UserToken() => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = "http://127.0.0.1:8080/auth/v1",
        Audience = "authenticated",
        Claims = new Dictionary<string, object> { ["sub"] = "00000000-0000-0000-0000-000000000001", ["role"] = "authenticated" },
        SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(System.Text.Encoding.UTF8.GetBytes(EngineHost.Secret)), SecurityAlgorithms.HmacSha256),
    });

    private Task<GrpcJsOutcome> StartAsync(object request) => host.Client.CallAsync(EngineHost.Service, "StartExecution", request);

    private Task<GrpcJsOutcome> WatchAsync(object request, GrpcJsOptions? options = null) => host.Client.CallAsync(EngineHost.Service, "WatchExecution", request, options);
}
