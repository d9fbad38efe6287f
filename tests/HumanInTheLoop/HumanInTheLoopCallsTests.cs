using System.Net;
using AiTeams.Testing;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using V1 = AiTeams.Contracts.HumanInTheLoop.V1;

namespace AiTeams.HumanInTheLoop.Tests;

public sealed class HumanInTheLoopCallsTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    [Fact]
    public async Task It_is_ready_when_its_servers_answer()
    {
        var host = await environment.HostAsync<HumanInTheLoopCalls>();

        await Eventually.AssertAsync(
            async () => (await host.Client().GetAsync("/health")).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(30), "/health answers 200");
    }

    [Fact]
    public async Task Its_contract_is_served_and_healthy()
    {
        using var channel = await ChannelAsync();

        var answer = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest { Service = "aiteams.humanintheloop.v1.HumanInTheLoop" });

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, answer.Status);
    }

    [Fact]
    public async Task Only_services_may_call_it()
    {
        using var channel = await ChannelAsync();
        var client = new V1.HumanInTheLoop.HumanInTheLoopClient(channel);
        var asUser = new Metadata { { "authorization", "Bearer " + TestIdentity.Token(Guid.NewGuid()) } };

        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(async () => await client.ReceiveSlackAsync(new V1.ReceiveSlackRequest()))).StatusCode);
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(async () => await client.ReceiveSlackAsync(new V1.ReceiveSlackRequest(), asUser))).StatusCode);
    }

    private async Task<GrpcChannel> ChannelAsync() => GrpcChannel.ForAddress((await environment.HostAsync<HumanInTheLoopCalls>()).GrpcAddress);
}
