extern alias Gateway;
extern alias WorkflowEngine;

using System.Net;
using System.Text.Json.Nodes;
using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Journeys.Tests;

/// <summary>Postgres is away for a while: callers get a clear 503, nothing accepted is lost, and all heals by itself.</summary>
public sealed class DatabaseOutageTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Requests_get_503_meanwhile_and_what_was_accepted_goes_on_afterwards()
    {
        var database = await environment.DatabaseAsync();
        await using var relay = new TcpRelay(new NpgsqlConnectionStringBuilder(database.AdminConnectionString).Port);
        var gateway = await environment.NewHostAsync<Gateway::Program>(Through(relay, database, "gateway_service"));
        await environment.NewHostAsync<WorkflowEngine::Program>(Through(relay, database, "workflow_engine_service"));
        var person = await Person.SignUpAsync(gateway.HttpAddress);
        var workflow = await person.CreateAsync(Documents.Waiting(seconds: 1));
        var before = await person.RunAsync(workflow);

        relay.Cut();
        foreach (var path in (string[])["/api/v1/app/workflows", $"/api/v1/app/executions/{before}"])
        {
            using var answer = await person.Http.GetAsync(path);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            var problem = await Person.ReadAsync(answer, HttpStatusCode.ServiceUnavailable);
            Assert.Equal("database_unavailable", (string?)problem["code"]);
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        using (var refused = await person.Http.PostAsync($"/api/v1/app/workflows/{workflow}/executions", null))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }

        relay.Restore();
        await Eventually.AssertAsync(
            async () => (string?)(await person.GetAsync($"/api/v1/app/executions/{before}"))["status"] == "SUCCESS", Patience, "the execution from before ends");
        JsonNode? after = null;
        await Eventually.AssertAsync(
            async () => (after = await person.GetAsync($"/api/v1/app/executions/{await person.RunAsync(workflow)}")) is not null, Patience, "new work is taken");
        Assert.NotNull(after);
    }

    private static ServiceOptions Through(TcpRelay relay, TestDatabase database, string role) => new()
    {
        Settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:aiteams"] =
                new NpgsqlConnectionStringBuilder(database.ConnectionStringFor(role)) { Host = "127.0.0.1", Port = relay.Port }.ConnectionString,
        },
    };
}
