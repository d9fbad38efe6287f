extern alias Gateway;
extern alias Integrations;
extern alias WorkflowEngine;

using AiTeams.Testing;

namespace AiTeams.Journeys.Tests;

/// <summary>A call to the outside that was under way when the service that makes it died.</summary>
public sealed class KilledIntegrationsTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task It_is_made_again_with_the_same_idempotency_key_and_nothing_is_lost()
    {
        await using var world = await SlowWorld.StartAsync();
        var gateway = await environment.HostAsync<Gateway::Program>();
        await environment.HostAsync<WorkflowEngine::Program>();
        var integrations = await environment.NewProcessAsync<Integrations::Program>();
        var person = await Person.SignUpAsync(gateway.HttpAddress);
        var execution = await person.RunAsync(await person.CreateAsync(Documents.Fetching($"{world.Address}/hold", backoff: 0.2)));
        await world.FirstCall.WaitAsync(Patience);

        await integrations.KillAsync();
        world.Release();
        await integrations.StartAsync();

        var end = (await person.WatchAsync(execution))[^1];
        Assert.Equal("execution_completed", end.Type);
        Assert.Equal(2, world.Keys.Count);
        Assert.Single(world.Keys.Distinct());
        await AssertLoggedAsync(execution);
    }

    // The call whose service died has no row: what came of it was never known. The one that ended has one, with whose it was.
    private async Task AssertLoggedAsync(string execution)
    {
        var admin = (await environment.DatabaseAsync()).Admin;
        await Eventually.AssertAsync(
            async () =>
            {
                await using var command = admin.CreateCommand("""
                    SELECT count(*) FROM external_api_call_logs l
                    JOIN workflow_executions e ON e.id = l.workflow_execution_id
                    JOIN nodes n ON n.id = l.node_id AND n.workflow_id = e.workflow_id
                    WHERE e.execution_id = $1 AND l.success AND l.status_code = 200 AND l.retry_count = 1 AND l.user_id = e.user_id
                    """);
                command.Parameters.Add(new() { Value = execution });
                return (long)(await command.ExecuteScalarAsync())! == 1;
            },
            Patience,
            "the call is in the log");
    }
}
