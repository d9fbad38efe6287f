using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Ownership;
using AiTeams.WorkflowEngine.Runtime;
using AiTeams.WorkflowEngine.Timers;
using AiTeams.WorkflowEngine.Writing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AiTeams.WorkflowEngine.Simulation.Tests;

/// <summary>
/// One engine process: the product's writer, registry, runs and recorder on a simulated line, clock and outside. Its duties are those of
/// Heartbeat, TakeOver and DueTimers with the statements of <see cref="Database"/>.
/// </summary>
internal sealed class Engine : IHostApplicationLifetime, ILoadExecutions
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly EngineMetrics Metrics = new(new NoMeters());

    private readonly World _world;
    private readonly Database _database;
    private readonly Network _network;
    private readonly EngineInstance _instance;
    private readonly Func<Guid, CompiledWorkflow> _workflows;
    private readonly Sabotage _sabotage;
    private readonly TaskCompletionSource _registered = new();
    private int _beats;

    public Engine(World world, Database database, Outside outside, Func<Weather> weather, Func<Guid, CompiledWorkflow> workflows, Sabotage sabotage)
    {
        (_world, _database, _workflows, _sabotage) = (world, database, workflows, sabotage);
        Process = new Process(world, world.Between(-0.2, 0.2));
        _network = new Network(world, Process, weather);
        _instance = new EngineInstance(this, NullLogger<EngineInstance>.Instance);
        var flush = new SimulatedFlush(world, database, _network, _instance, sabotage, _registered.Task);
        Writer = new ExecutionWriter(flush, _instance, Metrics, Process.Clock, NullLogger<ExecutionWriter>.Instance);
        var services = new RunServices(
            Writer, outside.For(Process), new DueTimersAlarm(), Metrics, Process.Clock, NullLogger<ExecutionRun>.Instance);
        Registry = new ExecutionRegistry(services, this, NullLogger<ExecutionRegistry>.Instance);
        Process.Spawn(LiveAsync, "an engine's heartbeat");
        Process.Spawn(() => Writer.RunAsync(CancellationToken.None), "an engine's writer");
    }

    public Process Process { get; }

    public ExecutionRegistry Registry { get; }

    private ExecutionWriter Writer { get; }

    public CancellationToken ApplicationStarted => default;

    public CancellationToken ApplicationStopping => default;

    public CancellationToken ApplicationStopped => default;

    /// <summary>Fenced: the process is over, a little later.</summary>
    public void StopApplication()
    {
        Environment.ExitCode = 0;                         // of the engine that was fenced, not of the test run
        _world.Note($"engine {_database.Name(_instance.Id)} is fenced");
        _world.After(_world.Between(0, 2), Process.Kill);
    }

    /// <summary>A planned stop: what the host does last is sign off.</summary>
    public void SignOff()
    {
        Process.Kill();
        _database.SignOff(_instance.Id);
    }

    public async IAsyncEnumerable<LoadedExecution> LoadAsync(
        IReadOnlyList<string> executionIds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var loaded in await _network.AskAsync(() => executionIds.Where(_database.Executions.ContainsKey).Select(Read).ToList()))
        {
            yield return loaded;
        }
    }

    private async Task LiveAsync()
    {
        while (true)
        {
            try
            {
                var isFirst = !_registered.Task.IsCompleted;
                if (!await _network.AskAsync(() => _database.Beat(_instance.Id, isFirst)))
                {
                    _instance.Fence();
                    return;
                }

                _beats++;
                if (_registered.TrySetResult())
                {
                    Process.Spawn(() => RepeatAsync(TakeOverAsync), "an engine's take-over");
                    Process.Spawn(() => RepeatAsync(WakeAsync), "an engine's timers");
                }
            }
            catch (NpgsqlException)
            {
                _beats = 0;
            }

            await Task.Delay(Second, Process.Clock);
        }
    }

    private async Task RepeatAsync(Func<Task<int>> round)
    {
        while (true)
        {
            try
            {
                if (await round() > 0)
                {
                    continue;
                }
            }
            catch (NpgsqlException)
            {
                // a failed round must not end the duty
            }

            await Task.Delay(Second, Process.Clock);
        }
    }

    private async Task<int> TakeOverAsync()
    {
        await Registry.ContinueStrandedAsync(CancellationToken.None);
        if (_sabotage != Sabotage.ClaimsAreForgotten)
        {
            await Registry.ContinueLostAsync(() => _network.AskAsync(() => _database.RunningOf(_instance.Id)), CancellationToken.None);
        }

        await _network.AskAsync(() =>
        {
            _database.Judge(_instance.Id, _beats >= 3);
            return true;
        });
        var adopted = await Registry.ContinueClaimedAsync(() => _network.AskAsync(() => _database.Adopt(_instance.Id, 3)), CancellationToken.None);
        return adopted > 0 ? adopted : await _network.AskAsync(() =>
        {
            _database.Bury();
            return 0;
        });
    }

    private Task<int> WakeAsync() => Registry.ContinueClaimedAsync(
        () => _network.AskAsync(() => _database.ClaimDue(_instance.Id, Process.Clock.GetUtcNow(), 2)), CancellationToken.None);

    private LoadedExecution Read(string executionId)
    {
        var stored = _database.Executions[executionId];
        return new LoadedExecution(
            stored.Row, _workflows(stored.Row.WorkflowId), JsonData.Parse(stored.Row.TriggerData!),
            [.. stored.Nodes.Values.Select(Rows.ToRecord)],
            [.. stored.Timers.Select(timer => KeyValuePair.Create(new Runtime.Timer(new NodeRun(timer.Key.NodeId, timer.Key.Iteration), timer.Key.Reason), timer.Value))],
            _sabotage == Sabotage.SequenceForgotten ? 1 : stored.Logs.Values.Select(line => line.Sequence).DefaultIfEmpty().Max());
    }

    private sealed class NoMeters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
