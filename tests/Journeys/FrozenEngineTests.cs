extern alias Gateway;
extern alias Integrations;
extern alias WorkflowEngine;

using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Journeys.Tests;

/// <summary>Two engines on one database: one is away for a while and comes back believing that its executions are still its own.</summary>
public sealed class FrozenEngineTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    private const int Executions = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_other_engine_takes_over_and_the_zombies_late_results_are_refused()
    {
        await using var world = await SlowWorld.StartAsync();
        var gateway = await environment.HostAsync<Gateway::Program>();
        await environment.HostAsync<Integrations::Program>();
        var first = await environment.NewProcessAsync<WorkflowEngine::Program>();
        var person = await Person.SignUpAsync(gateway.HttpAddress);
        var workflow = await person.CreateAsync(Documents.Fetching($"{world.Address}/hold"));
        var started = await Task.WhenAll(Enumerable.Range(0, Executions).Select(_ => person.RunAsync(workflow)));
        await Eventually.AssertAsync(() => world.Keys.Count == Executions, Patience, "every call is under way");

        first.Freeze();
        await environment.NewProcessAsync<WorkflowEngine::Program>();
        await Eventually.AssertAsync(() => world.Keys.Count == 2 * Executions, Patience, "the second engine has made every call again");
        world.Release();
        first.Resume();

        // The zombie gets its answers too; what it makes of them must not be written, and it has to go.
        await Eventually.AssertAsync(() => !first.IsRunning, Patience, "the first engine ends itself");
        var admin = (await environment.DatabaseAsync()).Admin;
        await Eventually.AssertAsync(
            async () => await CountAsync(admin, "workflow_executions WHERE status = 'SUCCESS'") == Executions, Patience, "every execution ends");
        Assert.Equal(Executions, world.Keys.Distinct().Count());
        Assert.Equal(5 * Executions, await CountAsync(admin, "node_executions"));
        Assert.Equal(Executions, await CountAsync(admin, "workflow_execution_logs WHERE event_type = 'workflow_completed'"));
        Assert.Equal(0, await CountAsync(admin, "(SELECT FROM workflow_execution_logs GROUP BY execution_id, sequence HAVING count(*) > 1) doubled"));
        Assert.Equal(Executions, started.Distinct().Count());
    }

    private static async Task<long> CountAsync(NpgsqlDataSource database, string from)
    {
        await using var command = database.CreateCommand($"SELECT count(*) FROM {from}");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
