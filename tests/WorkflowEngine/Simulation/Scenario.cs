using System.Collections.Concurrent;
using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Core.Tests;

namespace AiTeams.WorkflowEngine.Simulation.Tests;

/// <summary>
/// What a seed stands for: a few workflows started over a few seconds by clients who may ask twice, on one to three engines that are killed,
/// stopped and frozen, in a weather of its own. After <see cref="Storm"/> it is fair, and everything that was accepted has to end.
/// </summary>
internal sealed class Scenario
{
    private const int Graphs = 300;
    private static readonly TimeSpan Storm = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly ConcurrentDictionary<int, CompiledWorkflow> Compiled = new();

    private readonly World _world;
    private readonly Database _database;
    private readonly Outside _outside;
    private readonly List<Client> _clients = [];
    private readonly Weather _weather;
    private readonly Sabotage _sabotage;
    private Weather _now;

    private Scenario(int seed, Sabotage sabotage)
    {
        _sabotage = sabotage;
        _world = new World(seed);
        var dice = _world.Dice;
        _weather = new Weather(dice.Pick(0, 0, 40, 8), dice.Pick(0, 0, 40, 8), dice.Pick(0, 0, 60, 15));
        _now = _weather;
        _database = new Database(_world, sabotage);
        _outside = new Outside(_world, _database, () => _now, sabotage);
    }

    public List<Engine> Engines { get; } = [];

    /// <summary>Null when nothing was wrong. The history says what happened.</summary>
    public static (string? Violation, IReadOnlyList<string> History) Play(int seed, Sabotage sabotage = Sabotage.None)
    {
        var scenario = new Scenario(seed, sabotage);
        scenario.Play();
        return (scenario._world.Violation, scenario._world.History);
    }

    private void Play()
    {
        var dice = _world.Dice;
        for (var left = 1 + dice.Next(3); left > 0; left--)
        {
            AddEngine();
        }

        for (var left = 1 + dice.Next(6); left > 0; left--)
        {
            var client = new Client(_world, _database, this, _clients.Count, Guid.CreateVersion7(), WorkflowOf(dice.Next(Graphs)));
            _clients.Add(client);
            _world.After(_world.Between(0, 8), client.Ask);
        }

        for (var left = dice.Next(5); left > 0; left--)
        {
            _world.After(_world.Between(0, Storm.TotalSeconds), Strike);
        }

        _world.After(TimeSpan.FromSeconds(2), Supervise);
        _world.After(Storm, () => _now = Weather.Fair);
        _world.Run(IsOver, Patience);
        if (_world.Violation is null)
        {
            Ending.Check(_world, _database, _clients);
        }
    }

    public CompiledWorkflow Workflow(Guid id) => _clients.Find(client => client.WorkflowId == id)!.Workflow;

    private static CompiledWorkflow WorkflowOf(int graph) => Compiled.GetOrAdd(graph, static seed => RandomWorkflow.Grow(seed, mayTimeOut: true));

    private bool IsOver() => _world.Elapsed > Storm && _clients.TrueForAll(client => client.IsDone)
        && _database.Executions.Values.All(execution => execution.HasEnded);

    private void AddEngine() => Engines.Add(new Engine(_world, _database, _outside, () => _now, Workflow, _sabotage));

    /// <summary>Something happens to an engine. One that is gone is replaced a little later.</summary>
    private void Strike()
    {
        var engine = Engines[_world.Dice.Next(Engines.Count)];
        switch (_world.Dice.Next(4))
        {
            case 0:
                _world.Note("an engine is frozen");
                engine.Process.Freeze(_world.Between(0.5, 12));
                break;
            case 1:
                _world.Note("an engine is stopped");
                engine.SignOff();
                break;
            default:
                _world.Note("an engine is killed");
                engine.Process.Kill();
                break;
        }

    }

    // The supervisor: also of engines that ended themselves because they were fenced.
    private void Supervise()
    {
        var dead = Engines.RemoveAll(engine => !engine.Process.IsAlive);
        for (; dead > 0; dead--)
        {
            AddEngine();
        }

        if (_world.Elapsed < Storm + TimeSpan.FromSeconds(30))
        {
            _world.After(TimeSpan.FromSeconds(2), Supervise);
        }
    }
}
