extern alias Gateway;
extern alias WorkflowEngine;

using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Journeys.Tests;

/// <summary>What was accepted ends, and is done once, whatever happens to the engine in between.</summary>
public sealed class KilledEngineTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    private const int Executions = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Killed_in_the_middle_of_200_executions_every_one_ends_and_no_node_row_is_doubled()
    {
        var gateway = await environment.HostAsync<Gateway::Program>();
        var engine = await environment.NewProcessAsync<WorkflowEngine::Program>();
        var person = await Person.SignUpAsync(gateway.HttpAddress);
        var workflow = await person.CreateAsync(Documents.Waiting(seconds: 3));

        var accepted = new ConcurrentDictionary<string, string>();
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var starting = Parallel.ForEachAsync(
            Enumerable.Range(0, Executions),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (number, _) =>
            {
                accepted[$"key-{number}"] = await StartUntilAcceptedAsync(person, workflow, $"key-{number}");
                if (accepted.Count >= Executions / 2)
                {
                    half.TrySetResult();
                }
            });
        await half.Task.WaitAsync(Patience);
        await engine.KillAsync();
        await engine.StartAsync();
        await starting.WaitAsync(Patience);

        var admin = (await environment.DatabaseAsync()).Admin;
        await Eventually.AssertAsync(
            async () => await CountAsync(admin, "workflow_executions WHERE status = 'SUCCESS'") == Executions, Patience, "all executions SUCCESS");
        Assert.Equal(Executions, accepted.Values.Distinct().Count());
        Assert.Equal(Executions, await CountAsync(admin, "workflow_executions"));
        Assert.Equal(3 * Executions, await CountAsync(admin, "node_executions"));
        Assert.Equal(3 * Executions, await CountAsync(admin, "node_executions WHERE status = 'SUCCESS'"));
        Assert.Equal(0, await CountAsync(admin, "execution_timers"));
        Assert.Equal(0, await CountAsync(admin, """
            (SELECT execution_id, sequence FROM workflow_execution_logs GROUP BY execution_id, sequence HAVING count(*) > 1) doubled
            """));
    }

    // The engine is away for a while: a client that repeats its request with the same key starts the execution once.
    private static async Task<string> StartUntilAcceptedAsync(Person person, string workflow, string key)
    {
        string? accepted = null;
        await Eventually.AssertAsync(
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/app/workflows/{workflow}/executions")
                {
                    Content = JsonContent.Create(new JsonObject()),
                    Headers = { { "Idempotency-Key", key } },
                };
                using var answer = await person.Http.SendAsync(request);
                if (answer.StatusCode != HttpStatusCode.Accepted)
                {
                    Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
                    return false;
                }

                accepted = (string)(await Person.ReadAsync(answer, HttpStatusCode.Accepted))["execution_id"]!;
                return true;
            },
            Patience,
            $"{key} accepted");
        return accepted!;
    }

    private static async Task<long> CountAsync(NpgsqlDataSource database, string from)
    {
        await using var command = database.CreateCommand($"SELECT count(*) FROM {from}");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
