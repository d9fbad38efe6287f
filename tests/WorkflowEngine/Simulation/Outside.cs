using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes;
using AiTeams.WorkflowEngine.Runtime;

namespace AiTeams.WorkflowEngine.Simulation.Tests;

/// <summary>The other side of all calls: it answers late, badly or never, and remembers by which keys it was asked.</summary>
internal sealed class Outside(World world, Database database, Func<Weather> weather, Sabotage sabotage)
{
    private int _attempts;

    public IOutside For(Process process) => new Line(this, world, process);

    private TimeSpan? Receive(OutsideCall call, out HttpResult answer)
    {
        var key = sabotage == Sabotage.NewKeyPerAttempt ? $"{call.IdempotencyKey}/{_attempts++}" : call.IdempotencyKey;
        Check(key, ((HttpCall)call).Url);
        world.Note($"call {key}");
        var isBad = weather() != Weather.Fair;
        answer = world.Dice.Next(isBad ? 10 : 40) switch
        {
            0 => new HttpResult { StatusCode = 500 },
            1 => new HttpResult { StatusCode = 429, Headers = [KeyValuePair.Create("Retry-After", "2")] },
            2 => HttpResult.Failed(HttpErrorKind.Network, "reset by peer"),
            3 => new HttpResult { StatusCode = 404, Body = "no"u8.ToArray() },
            _ => new HttpResult { StatusCode = 200, Body = "{\"n\":1}"u8.ToArray() },
        };
        return isBad && world.Dice.OneIn(12) ? null : world.Dice.OneIn(8) ? world.Between(1, 15) : world.Between(0, 0.3);
    }

    // The key says which run of which node this is: the row of that run was on disk before, and the address is that node's.
    private void Check(string key, Uri url)
    {
        var parts = key.Split(':');
        var isOnDisk = parts.Length == 3 && long.TryParse(parts[2], out var iteration)
            && database.Executions.TryGetValue(parts[0], out var execution)
            && execution.Nodes.TryGetValue((parts[1], iteration), out var node) && node.Status != NodeStatus.Pending.ToWire();
        if (!isOnDisk || url.AbsolutePath != "/" + parts[1])
        {
            world.Violate($"{url} is called with the key {key}: no row speaks of it");
        }
    }

    private sealed class Line(Outside other, World world, Process process) : IOutside
    {
        public async Task<OutsideResult> MakeAsync(OutsideCall call, CancellationToken cancellationToken)
        {
            var answered = new TaskCompletionSource<OutsideResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            using var given = cancellationToken.Register(() => answered.TrySetCanceled(cancellationToken));
            if (other.Receive(call, out var answer) is { } delay)
            {
                world.After(delay, () => process.Post(_ => answered.TrySetResult(answer), null));
            }

            return await answered.Task;
        }
    }
}
