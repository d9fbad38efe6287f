using AiTeams.Testing;
using AiTeams.WorkflowEngine.Ownership;
using AiTeams.WorkflowEngine.Timers;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Ownership;

/// <summary>An engine that was away so long that it was given up and even its row is gone, and whose duties look for work before it learns that.</summary>
[Collection(DefinitionApi.Name)]
public sealed class ZombieClaimTests(DefinitionApi api) : IAsyncLifetime
{
    private const string Execution = "exec_zombie";

    private TestDatabase _database = null!;

    private NpgsqlDataSource Engine => _database.As("workflow_engine_service");

    // A database without a living engine: nobody else takes what is there.
    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await ExecuteAsync($"""
            WITH u AS (INSERT INTO auth.users (id, email, encrypted_password) VALUES (gen_random_uuid(), 'z@example.com', '-') RETURNING id),
                w AS (INSERT INTO workflows (id, user_id, name, workflow_data) SELECT gen_random_uuid(), id, 'Z', '[]' FROM u RETURNING id, user_id)
            INSERT INTO workflow_executions (execution_id, workflow_id, user_id, workflow_version, status) SELECT '{Execution}', id, user_id, 1, 'PAUSED' FROM w
            """);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task It_wakes_no_execution_whose_timer_is_due()
    {
        await ExecuteAsync($"INSERT INTO execution_timers (execution_id, node_id, reason, due_at) VALUES ('{Execution}', 'wait', 'delay', now() - interval '1 hour')");
        using var duty = Zombie<DueTimers>();

        Assert.Equal(0, await duty.RunOnceAsync(CancellationToken.None));
        await AssertUnchangedAsync("PAUSED");
    }

    [Fact]
    public async Task It_takes_over_nobodys_work()
    {
        await ExecuteAsync("INSERT INTO engine_instances (id, name, status) VALUES ('00000000-0000-0000-0000-000000000001', 'other', 'dead')");
        await ExecuteAsync("UPDATE workflow_executions SET status = 'RUNNING', engine_id = '00000000-0000-0000-0000-000000000001'");
        using var duty = Zombie<TakeOver>();

        Assert.Equal(0, await duty.RunOnceAsync(CancellationToken.None));
        await AssertUnchangedAsync("RUNNING 00000000-0000-0000-0000-000000000001");
    }

    private T Zombie<T>() => ActivatorUtilities.CreateInstance<T>(
        api.Host.Services, Engine, ActivatorUtilities.CreateInstance<EngineInstance>(api.Host.Services));

    private async Task AssertUnchangedAsync(string expected)
    {
        await using var command = _database.Admin.CreateCommand("SELECT concat_ws(' ', status, engine_id) FROM workflow_executions");
        Assert.Equal(expected, await command.ExecuteScalarAsync());
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
