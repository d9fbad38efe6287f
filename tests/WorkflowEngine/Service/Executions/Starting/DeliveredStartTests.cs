using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Tests.Definitions;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Xunit;
using Engine = AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine.WorkflowEngineClient;

namespace AiTeams.WorkflowEngine.Tests.Executions.Starting;

/// <summary>Starts as the scheduler asks for them: of the version that was deployed, under the key of a delivery.</summary>
[Collection(DefinitionApi.Name)]
public sealed class DeliveredStartTests(DefinitionApi api)
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public async Task The_version_that_is_asked_for_runs_whatever_was_saved_since(int asked, int expected)
    {
        var (user, workflow) = await WithTwoVersionsAsync();

        var started = await StartAsync(user, workflow, "a delivery", "{}", asked);

        Assert.Equal(expected, await api.ScalarAsync<int>("SELECT workflow_version FROM workflow_executions WHERE execution_id = $1", started.ExecutionId));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public async Task A_version_there_is_not_starts_nothing(int asked)
    {
        var (user, workflow) = await WithTwoVersionsAsync();

        var refused = await Assert.ThrowsAsync<RpcException>(() => StartAsync(user, workflow, "a delivery", "{}", asked));

        Assert.Equal(StatusCode.NotFound, refused.StatusCode);
        Assert.Equal(0L, await api.ScalarAsync<long>("SELECT count(*) FROM workflow_executions WHERE user_id = $1", user.Id));
    }

    [Fact]
    public async Task A_delivery_that_comes_again_in_other_words_finds_what_it_started_and_a_person_who_repeats_a_key_with_others_is_refused()
    {
        var (user, workflow) = await WithTwoVersionsAsync();

        var first = await StartAsync(user, workflow, "a delivery", """{"at":1}""", version: 1);
        var again = await StartAsync(user, workflow, "a delivery", """{"at":2}""", version: 2);
        var byHand = await Assert.ThrowsAsync<RpcException>(() => StartAsync(user, workflow, "a delivery", """{"at":3}""", mode: ExecutionMode.Manual));

        Assert.Equal((first.ExecutionId, false, true), (again.ExecutionId, first.Replayed, again.Replayed));
        Assert.Equal(StatusCode.InvalidArgument, byHand.StatusCode);
        Assert.Equal(
            """{"at": 1} 1""",
            await api.ScalarAsync<string>("SELECT trigger_data::text || ' ' || workflow_version FROM workflow_executions WHERE user_id = $1", user.Id));
    }

    [Fact]
    public async Task Another_users_delivery_is_another_and_so_is_that_of_another_workflow()
    {
        var (user, workflow) = await WithTwoVersionsAsync();
        var (stranger, _) = await WithTwoVersionsAsync();
        var other = await user.CreatedAsync(Documents.Minimal("Other"));
        await StartAsync(user, workflow, "a delivery", "{}");

        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => StartAsync(stranger, workflow, "a delivery", "{}"))).StatusCode);
        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(() => StartAsync(user, other, "a delivery", "{}"))).StatusCode);
    }

    private async Task<(TestUser User, string Workflow)> WithTwoVersionsAsync()
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Documents.Minimal("First"));
        var tag = (await user.GetAsync($"{TestUser.Workflows}/{workflow}")).Tag;
        (await user.PutAsync(workflow, Documents.Minimal("Second"), ("If-Match", tag))).Expect(System.Net.HttpStatusCode.OK);
        return (user, workflow);
    }

    private async Task<StartExecutionResponse> StartAsync(
        TestUser user, string workflow, string key, string data, int version = 0, ExecutionMode mode = ExecutionMode.Trigger)
    {
        using var channel = GrpcChannel.ForAddress(api.Host.GrpcAddress);
        var asScheduler = new Metadata { { "authorization", "Bearer " + TestIdentity.ServiceToken("scheduler") } };
        return await new Engine(channel).StartExecutionAsync(
            new StartExecutionRequest
            {
                UserId = $"{user.Id}",
                WorkflowId = workflow,
                IdempotencyKey = key,
                Data = ByteString.CopyFromUtf8(data),
                Version = version,
                Mode = mode,
            },
            asScheduler);
    }
}
