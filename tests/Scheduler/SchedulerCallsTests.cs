using System.Net;
using AiTeams.Testing;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using V1 = AiTeams.Contracts.Scheduler.V1;

namespace AiTeams.Scheduler.Tests;

public sealed class SchedulerCallsTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    [Fact]
    public async Task It_is_ready_when_its_servers_answer()
    {
        var host = await environment.HostAsync<SchedulerCalls>();

        await Eventually.AssertAsync(
            async () => (await host.Client().GetAsync("/health")).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(30), "/health answers 200");
    }

    [Fact]
    public async Task Its_contract_is_served_and_healthy()
    {
        using var channel = await ChannelAsync();

        var answer = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest { Service = "aiteams.scheduler.v1.Scheduler" });

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, answer.Status);
    }

    [Fact]
    public async Task Only_services_may_call_it()
    {
        using var channel = await ChannelAsync();
        var client = new V1.Scheduler.SchedulerClient(channel);
        var asUser = new Metadata { { "authorization", "Bearer " + TestIdentity.Token(Guid.NewGuid()) } };

        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(async () => await client.DeployWorkflowAsync(new V1.DeployWorkflowRequest()))).StatusCode);
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(async () => await client.DeployWorkflowAsync(new V1.DeployWorkflowRequest(), asUser))).StatusCode);
    }

    [Fact]
    public async Task What_is_no_id_is_refused_and_what_is_nobodys_is_not_there()
    {
        using var channel = await ChannelAsync();
        var client = new V1.Scheduler.SchedulerClient(channel);
        var asService = new Metadata { { "authorization", "Bearer " + TestIdentity.ServiceToken("workflow-engine") } };
        var (nobody, nothing) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());

        Assert.Equal(StatusCode.InvalidArgument, await StatusAsync(async () => await client.DeployWorkflowAsync(new V1.DeployWorkflowRequest { UserId = "x", WorkflowId = nothing }, asService)));
        Assert.Equal(StatusCode.NotFound, await StatusAsync(async () => await client.DeployWorkflowAsync(new V1.DeployWorkflowRequest { UserId = nobody, WorkflowId = nothing }, asService)));
        Assert.Equal(StatusCode.NotFound, await StatusAsync(async () => await client.UndeployWorkflowAsync(new V1.UndeployWorkflowRequest { UserId = nobody, WorkflowId = nothing }, asService)));
        Assert.Equal(StatusCode.NotFound, await StatusAsync(async () => await client.ListTriggersAsync(new V1.ListTriggersRequest { UserId = nobody, WorkflowId = "x" }, asService)));
    }

    private static async Task<StatusCode> StatusAsync(Func<Task> call) => (await Assert.ThrowsAsync<RpcException>(call)).StatusCode;

    private async Task<GrpcChannel> ChannelAsync() => GrpcChannel.ForAddress((await environment.HostAsync<SchedulerCalls>()).GrpcAddress);
}
