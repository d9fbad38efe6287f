extern alias Gateway;
extern alias Integrations;
extern alias WorkflowEngine;

using AiTeams.Testing;

namespace AiTeams.Journeys.Tests;

/// <summary>An outside call the engine was making when it died.</summary>
public sealed class InterruptedCallTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_call_that_was_under_way_is_made_again_with_the_same_idempotency_key()
    {
        await using var world = await SlowWorld.StartAsync();
        var gateway = await environment.HostAsync<Gateway::Program>();
        await environment.HostAsync<Integrations::Program>();
        var engine = await environment.NewProcessAsync<WorkflowEngine::Program>();
        var person = await Person.SignUpAsync(gateway.HttpAddress);
        var execution = await person.RunAsync(await person.CreateAsync(Documents.Fetching($"{world.Address}/hold")));
        await world.FirstCall.WaitAsync(Patience);

        await engine.KillAsync();
        world.Release();
        await engine.StartAsync();

        var end = (await person.WatchAsync(execution))[^1];
        Assert.Equal("execution_completed", end.Type);
        Assert.Equal(2, world.Keys.Count);
        Assert.Single(world.Keys.Distinct());
        var nodes = (await person.GetAsync($"/api/v1/app/executions/{execution}"))["node_executions"]!.AsArray();
        Assert.Equal(["SKIPPED", "SUCCESS", "SUCCESS", "SUCCESS", "SUCCESS"], nodes.Select(n => (string)n!["status"]!).Order());
    }
}
