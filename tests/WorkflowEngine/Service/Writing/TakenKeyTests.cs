using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Ownership;
using AiTeams.WorkflowEngine.Tests.Definitions;
using AiTeams.WorkflowEngine.Writing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Writing;

/// <summary>
/// A start rides in one flush with all it has done already. When its idempotency key turns out to be another execution's, nothing of it may
/// stay, and nothing of what rode along may be lost.
/// </summary>
[Collection(DefinitionApi.Name)]
public sealed class TakenKeyTests(DefinitionApi api) : IAsyncLifetime
{
    private PostgresFlush _target = null!;
    private long _flushes;

    /// <summary>An engine beside the host's, which nobody declares dead.</summary>
    public async Task InitializeAsync()
    {
        var services = api.Host.Services;
        var engine = new EngineInstance(services.GetRequiredService<IHostApplicationLifetime>(), NullLogger<EngineInstance>.Instance);
        _target = ActivatorUtilities.CreateInstance<PostgresFlush>(services, engine);
        await api.ExecuteAsync("INSERT INTO engine_instances (id, name, heartbeat_at) VALUES ($1, 'writing by hand', now() + interval '1 hour')", engine.Id);
    }

    public Task DisposeAsync() => api.ExecuteAsync("DELETE FROM engine_instances WHERE name = 'writing by hand'");

    [Fact]
    public async Task A_start_whose_key_is_taken_leaves_nothing_and_its_neighbours_are_written_once()
    {
        var user = await api.NewUserAsync();
        var workflow = Guid.Parse(await user.CreatedAsync(Documents.Minimal()));
        var first = Unit(user.Id, workflow, "key");
        var late = Unit(user.Id, workflow, "key");
        var otherKey = Unit(user.Id, workflow, "other key");
        var noKey = Unit(user.Id, workflow, null);
        var otherUser = await api.NewUserAsync();
        var sameKeyElsewhere = Unit(otherUser.Id, Guid.Parse(await otherUser.CreatedAsync(Documents.Minimal())), "key");

        var before = await FlushAsync(first);
        var inserted = await FlushAsync(noKey, late, otherKey, sameKeyElsewhere);

        Assert.Equal([first.ExecutionId], before);
        Assert.Equal(new[] { noKey, otherKey, sameKeyElsewhere }.Select(unit => unit.ExecutionId).ToHashSet(), inserted);
        Assert.Equal((0L, 0L, 0L), await RowsAsync(late));
        foreach (var unit in (WriteUnit[])[first, noKey, otherKey, sameKeyElsewhere])
        {
            Assert.Equal((1L, 1L, 1L), await RowsAsync(unit));
        }
    }

    [Fact]
    public async Task A_flush_that_is_repeated_because_its_answer_was_lost_doubles_nothing_and_turns_nothing_back()
    {
        var user = await api.NewUserAsync();
        var workflow = Guid.Parse(await user.CreatedAsync(Documents.Minimal()));
        var (keyed, noKey) = (Unit(user.Id, workflow, "once"), Unit(user.Id, workflow, null));

        var first = await FlushAsync(keyed, noKey);
        await api.ExecuteAsync("UPDATE workflow_executions SET status = 'RUNNING' WHERE execution_id = $1", noKey.ExecutionId);
        var again = await _target.FlushAsync(_flushes, [keyed, noKey], CancellationToken.None);

        Assert.Equal(first, again);
        Assert.Equal((1L, 1L, 1L), await RowsAsync(keyed));
        Assert.Equal((1L, 1L, 1L), await RowsAsync(noKey));
        Assert.Equal("RUNNING", await api.ScalarAsync<string>("SELECT status FROM workflow_executions WHERE execution_id = $1", noKey.ExecutionId));
    }

    private Task<IReadOnlySet<string>> FlushAsync(params WriteUnit[] units) => _target.FlushAsync(++_flushes, units, CancellationToken.None);

    private static WriteUnit Unit(Guid userId, Guid workflowId, string? key)
    {
        var id = Guid.CreateVersion7();
        var execution = $"exec_{id:D}";
        var unit = new WriteUnit(execution, workflowId, userId)
        {
            Start = new(id, execution, workflowId, 1, userId, "MANUAL", null, "start", null, key, 1),
            Change = new(ExecutionStatus.Success.ToWire(), 2, null, null, Release: true),
        };
        unit.Nodes.Add(new(Guid.CreateVersion7(), "start", "Start", "TRIGGER", "MANUAL", 0, 0, "SUCCESS", 1, 2, null, "{}", null, 0, 0));
        unit.Logs.Add(new(Guid.CreateVersion7(), 1, "TECHNICAL", "workflow_started", "INFO", "begins", null, "{}", null, null, null, 5, false, DateTimeOffset.UtcNow));
        return unit;
    }

    private async Task<(long Executions, long Nodes, long Logs)> RowsAsync(WriteUnit unit) => (
        await CountAsync("workflow_executions", unit), await CountAsync("node_executions", unit), await CountAsync("workflow_execution_logs", unit));

    private Task<long> CountAsync(string table, WriteUnit unit) =>
        api.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE execution_id = $1", unit.ExecutionId);
}
