using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Simulation.Tests;

/// <summary>What must be true when it is over.</summary>
internal static class Ending
{
    public static void Check(World world, Database database, IReadOnlyList<Client> clients)
    {
        foreach (var lost in clients.SelectMany(client => client.Accepted).Where(id => !database.Executions.ContainsKey(id)))
        {
            world.Violate($"{lost} was accepted and is gone");
        }

        foreach (var client in clients.Where(client => client.Accepted.Count > 1))
        {
            world.Violate($"one key has started {string.Join(" and ", client.Accepted)}");
        }

        foreach (var (id, execution) in database.Executions)
        {
            if (!execution.HasEnded)
            {
                world.Violate($"{id} never ends: {execution.Status}, owned by {(execution.EngineId is { } owner ? database.Name(owner) : "nobody")}, timers {string.Join(", ", execution.Timers)}");
                continue;
            }

            CheckEnded(world, clients, id, execution);
        }
    }

    private static void CheckEnded(World world, IReadOnlyList<Client> clients, string id, StoredExecution execution)
    {
        if (execution.Nodes.Values.FirstOrDefault(node => !NodeStatuses.Parse(node.Status).IsTerminal()) is { } open)
        {
            world.Violate($"{id} has ended {execution.Status}, and {open.NodeId}#{open.Iteration} is {open.Status}");
        }

        if (execution.Timers.Count > 0)
        {
            world.Violate($"{id} has ended and keeps the timer {execution.Timers.First().Key}");
        }

        var sequences = execution.Logs.Values.Select(line => line.Sequence).Order().ToList();
        if (!sequences.SequenceEqual(Enumerable.Range(1, sequences.Count).Select(number => (long)number)))
        {
            world.Violate($"{id} has the log lines {string.Join(' ', sequences)}");
        }

        if (execution.Finished == 0)
        {
            world.Violate($"{id} has ended, and no event says so");
        }

        if (execution.Status is "SUCCESS" or "ERROR")
        {
            var start = new ExecutionStart(
                id, execution.Row.UserId.ToString(), "start", "MANUAL", JsonData.Parse(execution.Row.TriggerData!), DateTimeOffset.FromUnixTimeMilliseconds(execution.Row.StartTime));
            var workflow = clients.First(client => client.WorkflowId == execution.Row.WorkflowId).Workflow;
            var restored = ExecutionState.Restore(workflow, start, execution.Nodes.Values.Select(Rows.ToRecord), world.Now);
            if (restored.Outcome?.ToWire() != execution.Status)
            {
                world.Violate($"{id} has ended {execution.Status}, and its rows say {restored.Outcome?.ToWire() ?? "it is open"}");
            }
        }
    }
}
