using System.Diagnostics;
using System.Globalization;
using AiTeams.Testing;

namespace AiTeams.Crash.Tests;

internal enum FaultKind
{
    KillEngine,
    FreezeEngine,
    KillSandboxes,
    KillIntegrations,
    KillBroker,
    RestartDatabase,
    CrashDatabase,
}

/// <summary>What was done, and for an engine that went away: the seconds until each of the executions it had moved again.</summary>
internal sealed record Fault(FaultKind Kind, double AtSecond, IReadOnlyList<double> TakenOverAfter);

/// <summary>
/// Does one thing after the other to the cluster, each kind once before any comes again; the seed decides the order, the engine and the
/// pauses. An engine that went away is waited for until its work has been taken over, so that the time can be told.
/// </summary>
/// <param name="burst">Starts some executions of this workflow and returns when they are accepted: so that what dies has something to leave behind.</param>
internal sealed class Faults(Cluster cluster, Supervisor supervisor, Random random, Func<string, Task> burst)
{
    private static readonly TimeSpan TakeOverLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ZombieLimit = TimeSpan.FromSeconds(30);

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<Fault> _done = [];
    private Task _broker = Task.CompletedTask;

    public IReadOnlyList<Fault> Done => _done;

    public int SandboxesKilled { get; private set; }

    /// <summary>Until the time is up, and each kind at least once. At the end everything runs again.</summary>
    public async Task RunAsync(TimeSpan duration)
    {
        do
        {
            var round = Enum.GetValues<FaultKind>();
            random.Shuffle(round);
            foreach (var kind in round)
            {
                await DoAsync(kind);
                await Task.Delay(TimeSpan.FromSeconds(0.5 + (random.NextDouble() * 2)));
            }
        }
        while (Stopwatch.GetElapsedTime(_started) < duration);

        await _broker;
        await supervisor.AllServeAsync();
    }

    private async Task DoAsync(FaultKind kind)
    {
        var at = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        var engine = cluster.Engines[random.Next(cluster.Engines.Count)];
        IReadOnlyList<double> after = [];
        switch (kind)
        {
            case FaultKind.KillEngine:
                await supervisor.AllServeAsync();
                var name = NameOf(engine);
                await burst("sequence");
                await supervisor.KillAsync(engine);
                after = await TakenOverAsync(name);
                break;
            case FaultKind.FreezeEngine:
                await supervisor.AllServeAsync();
                var frozen = NameOf(engine);
                await burst("sequence");
                engine.Freeze();
                after = await TakenOverAsync(frozen);
                await Eventually.AssertAsync(
                    async () => (await cluster.ReadAsync($"SELECT FROM engine_instances WHERE name = '{frozen}' AND status = 'active'")).Count == 0,
                    TakeOverLimit, $"{frozen} is given up");
                engine.Resume();
                // It learns that it was given up, and ends.
                await Eventually.AssertAsync(() => NameOf(engine) != frozen, ZombieLimit, "the engine that was given up ends itself");
                break;
            case FaultKind.KillSandboxes:
                await burst("code");
                await supervisor.AllServeAsync();
                SandboxesKilled += cluster.Engines.Sum(one => one.KillChildren());
                break;
            case FaultKind.KillIntegrations:
                await burst("sequence");
                await cluster.Integrations.KillAsync();
                await cluster.Integrations.StartAsync();
                break;
            case FaultKind.KillBroker:
                await _broker;
                await cluster.Servers.Set.KillAsync(Server.RabbitMq);
                _broker = cluster.Servers.Set.StartAsync(Server.RabbitMq);      // takes long: meanwhile the rest goes on without it
                break;
            case FaultKind.RestartDatabase:
                await cluster.Servers.Set.StopAsync(Server.Postgres);
                await cluster.Servers.Set.StartAsync(Server.Postgres);
                break;
            case FaultKind.CrashDatabase:
                await cluster.Servers.Set.KillAsync(Server.Postgres, Signal.Quit);      // as pg_ctl stop -m immediate
                await cluster.Servers.Set.StartAsync(Server.Postgres);
                break;
        }

        _done.Add(new Fault(kind, Math.Round(at, 1), after));
    }

    private static string NameOf(ServiceProcess engine) => $"{Environment.MachineName}:{engine.ProcessId}";

    // The first line anybody wrote about an orphan after its engine had gone is its next progress.
    private async Task<IReadOnlyList<double>> TakenOverAsync(string name)
    {
        var gone = DateTimeOffset.UtcNow;
        var orphans = await cluster.ReadAsync($"""
            SELECT e.execution_id FROM workflow_executions e JOIN engine_instances i ON i.id = e.engine_id
            WHERE i.name = '{name}' AND e.status IN ('NEW', 'RUNNING')
            """);
        if (orphans.Count == 0)
        {
            return [];
        }

        // What ended, or fell asleep, with a flush that was on its way when the engine went is no orphan.
        var list = $"'{'{'}{string.Join(',', orphans)}{'}'}'";
        await Eventually.AssertAsync(
            async () => (await cluster.ReadAsync($"""
                SELECT execution_id FROM workflow_executions e
                WHERE execution_id = ANY({list}) AND status IN ('NEW', 'RUNNING') AND NOT EXISTS (
                    SELECT FROM workflow_execution_logs l WHERE l.execution_id = e.execution_id AND l.created_at > '{gone:O}')
                """)).Count == 0,
            TakeOverLimit, $"all {orphans.Count} executions of {name} go on");
        var moved = await cluster.ReadAsync($"""
            SELECT extract(epoch FROM min(created_at)) FROM workflow_execution_logs
            WHERE execution_id = ANY({list}) AND created_at > '{gone:O}' GROUP BY execution_id
            """);
        return [.. moved.Select(text => Math.Round(double.Parse(text, CultureInfo.InvariantCulture) - (gone.ToUnixTimeMilliseconds() / 1000.0), 2))];
    }
}
