using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using AiTeams.Scheduler.Firing;
using AiTeams.Scheduler.Insight;
using AiTeams.Testing;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using EngineCalls = AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine;

namespace AiTeams.Scheduler.Tests.Firing;

/// <summary>A database and an engine, and schedulers whose duties do something only when the test says so.</summary>
public sealed class ClockWorld : IAsyncLifetime
{
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private GrpcChannel? _channel;

    public TestEnvironment Environment { get; } = new();

    internal StubEngine Engine { get; private set; } = null!;

    /// <summary>As superuser.</summary>
    public NpgsqlDataSource Admin { get; private set; } = null!;

    public NpgsqlDataSource Scheduler { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Engine = await StubEngine.StartAsync();
        var database = await Environment.DatabaseAsync();
        (Admin, Scheduler) = (database.Admin, database.As("scheduler_service"));
        _channel = GrpcChannel.ForAddress(Engine.Address);
    }

    public async Task DisposeAsync()
    {
        _channel?.Dispose();
        await Environment.DisposeAsync();
        await Engine.DisposeAsync();
        await _metrics.DisposeAsync();
    }

    /// <summary>One more scheduler: what fires, and what hands over.</summary>
    internal (FireSchedules Fire, DeliverFirings Deliver, FiringQueue Queue) NewScheduler()
    {
        var queue = new FiringQueue(Scheduler);
        var counters = new FiringCounters(Scheduler, new SchedulerMetrics(_metrics.GetRequiredService<IMeterFactory>()), TimeProvider.System, NullLogger<FiringCounters>.Instance);
        return (
            new FireSchedules(Scheduler, queue, TimeProvider.System, NullLogger<FireSchedules>.Instance),
            new DeliverFirings(new EngineCalls.WorkflowEngineClient(_channel!), queue, counters, TimeProvider.System, NullLogger<DeliverFirings>.Instance), queue);
    }

    /// <summary>Fires and hands over until nothing is due any more.</summary>
    internal async Task RunAsync()
    {
        var (fire, deliver, _) = NewScheduler();
        while (await fire.RunOnceAsync(CancellationToken.None) + await deliver.RunOnceAsync(CancellationToken.None) > 0)
        {
        }
    }

    /// <summary>A deployed workflow with one schedule, as deploying would have left it that long ago; returns its id.</summary>
    public async Task<Guid> NewScheduleAsync(JsonObject configuration, string nextFireAt, string rawConfiguration = "")
    {
        var (user, workflow) = (Guid.NewGuid(), Guid.NewGuid());
        await ExecuteAsync("INSERT INTO auth.users (id, email, encrypted_password) VALUES ($1, $2, '-')", user, $"{user:N}@example.com");
        await ExecuteAsync("INSERT INTO workflows (id, user_id, name, workflow_data) VALUES ($1, $2, 'Clock', '{}')", workflow, user);
        await ExecuteAsync(
            $"""
            INSERT INTO trigger_index (workflow_id, user_id, node_id, trigger_type, trigger_subtype, trigger_config, index_key, workflow_version, next_fire_at)
            VALUES ($1, $2, 'clock', 'TRIGGER', 'CRON', $3::json, 'a schedule', 4, {nextFireAt})
            """,
            workflow, user, rawConfiguration.Length > 0 ? rawConfiguration : configuration.ToJsonString());
        await ExecuteAsync("INSERT INTO workflow_triggers (workflow_id, user_id, node_id, trigger_type) VALUES ($1, $2, 'clock', 'CRON')", workflow, user);
        return workflow;
    }

    /// <summary>What the engine would have written for an execution the stub has started.</summary>
    public async Task ExecutionAsync(Guid workflow, string executionId, string status) => await ExecuteAsync(
        """
        INSERT INTO workflow_executions (execution_id, workflow_id, user_id, workflow_version, status, end_time)
        SELECT $2, id, user_id, 4, $3, CASE WHEN $3 IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT') THEN 1 END FROM workflows WHERE id = $1
        ON CONFLICT (execution_id) DO UPDATE SET status = excluded.status, end_time = excluded.end_time
        """,
        workflow, executionId, status);

    /// <summary>The firings of a workflow, oldest first.</summary>
    public async Task<List<FiringRow>> FiringsAsync(Guid workflow)
    {
        await using var command = Command(
            "SELECT status, due_at, execution_id, delivery_key, trigger_data::text, attempts FROM trigger_firings WHERE workflow_id = $1 ORDER BY due_at, id", workflow);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<FiringRow>();
        while (await reader.ReadAsync())
        {
            rows.Add(new FiringRow(
                reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetString(3),
                JsonNode.Parse(reader.GetString(4))!.AsObject(), reader.GetInt32(5)));
        }

        return rows;
    }

    public async Task<string> StatusesAsync(Guid workflow) => string.Join(' ', (await FiringsAsync(workflow)).Select(firing => firing.Status));

    public async Task ExecuteAsync(string sql, params object[] arguments)
    {
        await using var command = Command(sql, arguments);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ReadAsync<T>(string sql, params object[] arguments)
    {
        await using var command = Command(sql, arguments);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>As if the pauses of all waiting firings were over.</summary>
    public Task LetWaitingLookAgainAsync(Guid workflow) =>
        ExecuteAsync("UPDATE trigger_firings SET next_attempt_at = now() WHERE workflow_id = $1 AND status = 'queued'", workflow);

    private NpgsqlCommand Command(string sql, params object[] arguments)
    {
        var command = Admin.CreateCommand(sql);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(new() { Value = argument });
        }

        return command;
    }
}

public sealed record FiringRow(string Status, DateTimeOffset DueAt, string? ExecutionId, string Key, JsonObject Data, int Attempts);
