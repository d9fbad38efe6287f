using AiTeams.WorkflowEngine.Ownership;
using AiTeams.WorkflowEngine.Writing;
using Npgsql;

namespace AiTeams.WorkflowEngine.Simulation.Tests;

/// <summary>How bad the world is to an engine; thrown per history, so that some are quiet and some are not.</summary>
internal sealed record Weather(int OutageOneIn, int LostAnswerOneIn, int SlowOneIn)
{
    public static Weather Fair { get; } = new(0, 0, 0);
}

/// <summary>
/// The line between one engine and the database. A request may never arrive, or be done and its answer lost, also after the engine that made
/// it is gone; it may take longer than an engine's lease.
/// </summary>
internal sealed class Network(World world, Process process, Func<Weather> weather)
{
    public Task<T> AskAsync<T>(Func<T> request)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var now = weather();
        var onItsWay = Happens(now.SlowOneIn) ? world.Between(1, 9) : world.Between(0, 0.02);
        var isLost = Happens(now.OutageOneIn);
        var isAnswerLost = Happens(now.LostAnswerOneIn);
        world.After(onItsWay, () =>
        {
            Action reply = () => answer.TrySetException(Broken());
            if (!isLost)
            {
                try
                {
                    var result = request();
                    reply = isAnswerLost ? reply : () => answer.TrySetResult(result);
                }
                catch (NpgsqlException ex)
                {
                    reply = isAnswerLost ? reply : () => answer.TrySetException(ex);
                }
            }

            world.After(world.Between(0, 0.02), () => process.Post(_ => reply(), null));
        });
        return answer.Task;
    }

    private bool Happens(int oneIn) => oneIn > 0 && world.Dice.OneIn(oneIn);

    private static NpgsqlException Broken() => new("The connection is broken.", new IOException("reset by peer"));
}

/// <summary>The writer's target in a world: see <see cref="PostgresFlush"/>.</summary>
internal sealed class SimulatedFlush(World world, Database database, Network network, EngineInstance engine, Sabotage sabotage, Task registered) : IFlushTarget
{
    private IReadOnlyList<WriteUnit> _earlier = [];

    public Task ReadyAsync(CancellationToken cancellationToken) => registered;

    public async Task<IReadOnlySet<string>> FlushAsync(long number, IReadOnlyList<WriteUnit> units, CancellationToken cancellationToken)
    {
        var meant = units;
        if (sabotage == Sabotage.TerminalRowsAreWrittenOver && world.Dice.OneIn(4))
        {
            meant = [.. meant, .. _earlier];
        }

        _earlier = [.. units.Where(unit => unit.Change is null)];
        var asked = network.AskAsync(() => database.Flush(engine.Id, number, meant));
        if (sabotage == Sabotage.AcknowledgedBeforeTheFlush)
        {
            return units.Where(unit => unit.Start is not null).Select(unit => unit.ExecutionId).ToHashSet();
        }

        await asked;
        return units.Where(unit => unit.Start is not null && database.Executions.ContainsKey(unit.ExecutionId)).Select(unit => unit.ExecutionId).ToHashSet();
    }
}
