extern alias Integrations;

using System.Net;
using System.Text.Json.Nodes;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Tests.Definitions;
using AiTeams.WorkflowEngine.Tests.Executions.Controlling;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Fairness;

/// <summary>One user wants far more at once than may be, of a world that does not answer.</summary>
public sealed class FloodTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    private const int Flood = 500;
    private const int PerUser = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Another_users_run_ends_meanwhile_and_nothing_of_the_flood_is_lost()
    {
        await using var silent = await HeldWorld.StartAsync();
        await using var ready = await HeldWorld.StartAsync();
        ready.Release();
        var options = new ServiceOptions
        {
            Needs = [Server.Postgres],
            Settings = new Dictionary<string, string>
            {
                ["ConnectionStrings:rabbitmq"] = "amqp://nobody:nothing@127.0.0.1:9",
                ["WorkflowEngine:Limits:Calls:PerProcess"] = $"{2 * PerUser}",
                ["WorkflowEngine:Limits:Calls:PerUser"] = $"{PerUser}",
            },
        };
        await environment.HostAsync<Integrations::Program>(options);
        var engine = await environment.HostAsync<Program>(options);
        var (one, other) = (await UserAsync(engine), await UserAsync(engine));

        var flooding = (await one.CreateAsync(Calling(silent))).Expect(HttpStatusCode.Created).Json["id"]!;
        await Parallel.ForEachAsync(Enumerable.Range(0, Flood), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (_, _) =>
            (await one.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{flooding}/executions", new JsonObject())).Expect(HttpStatusCode.Accepted));
        await Eventually.AssertAsync(() => silent.Calls == PerUser, Patience, "as many calls as one user may have are under way");

        var small = (await other.CreateAsync(Calling(ready))).Expect(HttpStatusCode.Created).Json["id"]!;
        var run = await other.SendAsync(
            HttpMethod.Post, $"{TestUser.Workflows}/{small}/executions", new JsonObject(), ("Prefer", "wait=60"));

        Assert.Equal("SUCCESS", (string)run.Expect(HttpStatusCode.OK).Json["status"]!);
        Assert.Equal(PerUser, silent.Calls);
        silent.Release();
        var admin = (await environment.DatabaseAsync()).Admin;
        await Eventually.AssertAsync(
            async () =>
            {
                await using var ended = admin.CreateCommand("SELECT count(*) FROM workflow_executions WHERE status = 'SUCCESS'");
                return (long)(await ended.ExecuteScalarAsync())! == Flood + 1;
            },
            Patience, "the whole flood ends");
        Assert.Equal(Flood, silent.Calls);
    }

    private static JsonObject Calling(HeldWorld world)
    {
        var document = Documents.Minimal("Calling");
        document["nodes"]!.AsArray().Add(Documents.Node("call", "ACTION", "HTTP_REQUEST", new()
        {
            ["method"] = "POST",
            ["url"] = world.Address,
            ["body_type"] = "none",
            ["timeout"] = 300,
        }));
        document["nodes"]!.AsArray().Add(Documents.Node("say", "ACTION", "DATA_TRANSFORMATION", new() { ["operation"] = "custom", ["transformation_script"] = "1" }));
        document["connections"]!.AsArray().Add(Documents.Connection("c1", "start", "call"));
        document["connections"]!.AsArray().Add(Documents.Connection("c2", "call", "say"));
        return document;
    }

    private async Task<TestUser> UserAsync(ServiceHost<Program> engine)
    {
        var id = Guid.NewGuid();
        await using var command = (await environment.DatabaseAsync()).Admin.CreateCommand(
            $"INSERT INTO auth.users (id, email, encrypted_password) VALUES ('{id}', '{id:N}@example.com', '-')");
        await command.ExecuteNonQueryAsync();
        return new TestUser(id, engine.ClientOf(id));
    }
}
