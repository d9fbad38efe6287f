using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Ownership;
using AiTeams.WorkflowEngine.Runtime;
using AiTeams.WorkflowEngine.Writing;
using Npgsql;

namespace AiTeams.WorkflowEngine.Simulation.Tests;

/// <summary>Starts one execution, as StartExecution does it; with a key it asks again until it knows, and sometimes although it knows.</summary>
internal sealed class Client(World world, Database database, Scenario scenario, int number, Guid workflowId, CompiledWorkflow workflow)
{
    private const string Data = """{"n":1}""";
    private readonly string? _key = world.Dice.OneIn(2) ? $"key-{number}" : null;
    private int _attempts;
    private int _asked;

    public Guid WorkflowId => workflowId;

    public CompiledWorkflow Workflow => workflow;

    /// <summary>The executions this client was told were accepted.</summary>
    public HashSet<string> Accepted { get; } = [];

    /// <summary>It has an answer, or has given up.</summary>
    public bool IsDone { get; private set; }

    public void Ask()
    {
        var alive = scenario.Engines.FindAll(engine => engine.Process.IsAlive);
        if (alive.Count == 0)
        {
            world.After(TimeSpan.FromSeconds(1), Ask);
            return;
        }

        var mine = ++_attempts;
        var engine = alive[world.Dice.Next(alive.Count)];
        engine.Process.Spawn(() => AskAsync(engine), "a start");
        world.After(TimeSpan.FromSeconds(12), () => GiveUp(mine));
        if (_key is not null && world.Dice.OneIn(4))
        {
            world.After(world.Between(0, 1), () => engine.Process.Spawn(() => AskAsync(engine), "a start, asked twice"));
        }
    }

    private async Task AskAsync(Engine engine)
    {
        if (database.FindByKey(_key) is { } earlier)
        {
            Accept(earlier.Row.ExecutionId);
            return;
        }

        var id = Guid.CreateVersion7();
        var executionId = $"exec_{number}_{++_asked}";
        var row = new ExecutionRow(
            id, executionId, workflowId, 1, workflowId, "API", null, "start", Data, _key, engine.Process.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        ExecutionRun? run;
        try
        {
            run = await engine.Registry.StartAsync(row, workflow, JsonData.Parse(Data));
        }
        catch (Exception ex) when (ex is EngineFencedException or NpgsqlException)
        {
            return;                                       // no answer: see GiveUp
        }

        if (run is not null)
        {
            Accept(executionId);
        }
        else if (database.FindByKey(_key) is { } faster)
        {
            Accept(faster.Row.ExecutionId);
        }
        else
        {
            world.Violate($"a start was refused for the key {_key}, which nobody has");
        }
    }

    private void Accept(string executionId)
    {
        IsDone = true;
        Accepted.Add(executionId);
        world.Note($"accepted {executionId}");
        if (!database.Executions.ContainsKey(executionId))
        {
            world.Violate($"{executionId} is accepted and not on disk");
        }
    }

    private void GiveUp(int attempt)
    {
        if (IsDone || attempt != _attempts)
        {
            return;
        }

        if (_key is null || _attempts > 5)
        {
            IsDone = true;                                // without a key asking again might start it twice
            return;
        }

        Ask();
    }
}
