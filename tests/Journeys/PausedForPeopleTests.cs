extern alias Gateway;
extern alias HumanInTheLoop;
extern alias WorkflowEngine;

using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Journeys.Tests;

/// <summary>What waits for people waits on disk: everything that runs may die meanwhile.</summary>
public sealed class PausedForPeopleTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Nobody listens there: events stay in the outbox, and nothing here needs them.
    private const string NoBroker = "amqp://nobody:nothing@127.0.0.1:9";

    [Fact]
    public async Task An_execution_that_waits_for_people_survives_the_death_of_everything()
    {
        await using var servers = await PrivateServers.CreateAsync();
        await servers.StartMigratedAsync();
        ServiceProcess[] services =
        [
            await environment.NewProcessAsync<WorkflowEngine::Program>(On(servers, "workflow_engine_service")),
            await environment.NewProcessAsync<HumanInTheLoop::Program>(On(servers, "human_in_the_loop_service")),
            await environment.NewProcessAsync<Gateway::Program>(On(servers, "gateway_service")),
        ];
        var person = await Person.SignUpAsync(services[2].HttpAddress);
        var workflow = await person.CreateAsync(Asking());
        var (answered, late) = (await person.RunAsync(workflow), await person.RunAsync(workflow));
        foreach (var execution in new[] { answered, late })
        {
            await BecomesAsync(person, execution, "WAITING_FOR_HUMAN", "b");
        }

        foreach (var service in services)
        {
            await service.KillAsync();
        }

        await servers.Set.KillAsync(Server.Postgres);
        NpgsqlConnection.ClearAllPools();
        await servers.Set.StartAsync(Server.Postgres);
        await Task.WhenAll(services.Select(service => service.StartAsync()));

        await AnswerAsync(person, answered);
        await BecomesAsync(person, answered, "SUCCESS");
        Assert.Equal("WAITING_FOR_HUMAN", (string)(await person.GetAsync($"/api/v1/app/executions/{late}"))["status"]!);

        // The answer is taken while the engine is dead, and told when it lives again.
        await services[0].KillAsync();
        await AnswerAsync(person, late);
        await services[1].KillAsync();
        await Task.WhenAll(services[0].StartAsync(), services[1].StartAsync());
        await BecomesAsync(person, late, "SUCCESS");
        await AssertNoNodeRanTwiceAsync(servers);
    }

    private static async Task AssertNoNodeRanTwiceAsync(PrivateServers servers)
    {
        await using var admin = NpgsqlDataSource.Create(servers.ConnectionStringFor("postgres"));
        await using var command = admin.CreateCommand("""
            SELECT string_agg(node_id || ' ' || status || ' ' || runs, ', ' ORDER BY node_id) FROM (
                SELECT node_id, status, count(*) AS runs FROM node_executions GROUP BY node_id, status) n
            """);
        Assert.Equal("after SUCCESS 2, ask SUCCESS 2, b SUCCESS 2, no SKIPPED 2, start SUCCESS 2", (string)(await command.ExecuteScalarAsync())!);
    }

    private static async Task AnswerAsync(Person person, string execution)
    {
        var interactions = (await person.GetAsync("/api/v1/app/interactions?status=pending"))["interactions"]!.AsArray();
        var id = (string)interactions.Single(one => (string)one!["execution_id"]! == execution)!["id"]!;
        using var answer = await person.Http.PostAsJsonAsync(
            $"/api/v1/app/interactions/{id}/respond", new JsonObject { ["response_data"] = new JsonObject { ["approved"] = true } });
        await Person.ReadAsync(answer, HttpStatusCode.OK);
    }

    private static Task BecomesAsync(Person person, string execution, string status, string? done = null) => Eventually.AssertAsync(
        async () =>
        {
            var read = await person.GetAsync($"/api/v1/app/executions/{execution}");
            return (string)read["status"]! == status
                && (done is null || read["node_executions"]!.AsArray().Any(node => (string)node!["node_id"]! == done && (string)node["status"]! == "SUCCESS"));
        },
        Patience,
        $"{execution} becomes {status}");

    private static ServiceOptions On(PrivateServers servers, string role) => new()
    {
        Needs = [Server.Redis],
        Settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:aiteams"] = servers.ConnectionStringFor(role),
            ["ConnectionStrings:rabbitmq"] = NoBroker,
        },
    };

    // A question on one branch, work on the other.
    private static JsonObject Asking() => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "Asking" },
        ["nodes"] = new JsonArray(
            Documents.Node("start", "Start", "TRIGGER", "MANUAL", []),
            Documents.Node("ask", "Ask", "HUMAN_IN_THE_LOOP", "IN_APP_APPROVAL", new JsonObject { ["title"] = "Go on?", ["timeout_seconds"] = 3600 }),
            Documents.Node("b", "B", "FLOW", "DELAY", new JsonObject { ["duration_seconds"] = 0.1 }),
            Documents.Node("after", "After", "FLOW", "MERGE", []),
            Documents.Node("no", "No", "FLOW", "MERGE", [])),
        ["connections"] = new JsonArray(
            Documents.Edge("c1", "start", "ask"), Documents.Edge("c2", "start", "b"), Documents.Edge("c3", "ask", "after", "confirmed"),
            Documents.Edge("c4", "ask", "no", "rejected")),
    };
}
