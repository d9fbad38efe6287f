using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>What is asked of an execution from outside. Every command is decided by what the execution is at that moment, and by nothing else.</summary>
public sealed partial class ExecutionState
{
    /// <summary>Somebody has paused it: no node begins. What is under way is finished, and what its results settle is remembered.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>Obeys or refuses; the next <see cref="Advance"/> does what follows from it.</summary>
    public ControlVerdict Control(ControlCommand command, DateTimeOffset now)
    {
        if (Outcome is { } outcome)
        {
            return ControlVerdict.AfterTheEnd(command.Kind, outcome);
        }

        switch (command.Kind)
        {
            case ControlKind.Cancel:
                Cancel(now);
                return ControlVerdict.Done;
            case ControlKind.Pause:
                return Hold() ? ControlVerdict.Done : ControlVerdict.Unchanged;
            case ControlKind.Resume:
                return Resume();
            case ControlKind.Answer:
                return Answer(command, now);
        }

        throw new System.Diagnostics.UnreachableException($"A command of kind {command.Kind}.");
    }

    /// <summary>Pauses. False: it was paused already, or has ended.</summary>
    public bool Hold()
    {
        if (IsHeld || IsFinished)
        {
            return false;
        }

        IsHeld = true;
        return true;
    }

    private ControlVerdict Resume()
    {
        if (IsHeld)
        {
            IsHeld = false;
            return ControlVerdict.Done;
        }

        return Status == ExecutionStatus.Running
            ? ControlVerdict.Unchanged
            : ControlVerdict.Refuse("not_paused", "Nobody has paused the execution: it waits for its own nodes.");
    }

    private ControlVerdict Answer(ControlCommand command, DateTimeOffset now)
    {
        if (_workflow.Find(command.Run.NodeId) is not { } node || node.Id != command.Run.NodeId)
        {
            return ControlVerdict.Refuse("unknown_node", $"The workflow has no node '{command.Run.NodeId}'.");
        }

        if (FindOpen(command.Run, NodeStatus.WaitingInput) is not { } waiting)
        {
            return ControlVerdict.Refuse("not_waiting", $"Node '{node.Name}' does not wait for an answer: {Tell(command.Run)}.");
        }

        if (command.Port is null)
        {
            return Signal(command.Run, command.Payload, now)
                ? ControlVerdict.Done
                : ControlVerdict.Refuse("not_expected", $"Node '{node.Name}' waits for something else.");
        }

        if (!node.HasPort(command.Port))
        {
            return ControlVerdict.Refuse("unknown_port", $"Node '{node.Name}' has no port '{command.Port}'.");
        }

        Apply(waiting, new NodeStep.Completed(JsonData.Object((command.Port, command.Payload.IsNull ? JsonData.EmptyObject : command.Payload))), now);
        return ControlVerdict.Done;
    }

    private string Tell(NodeRun run)
    {
        if (Find(run) is not { } place)
        {
            return "it has no such run";
        }

        var status = place.Slot.Status.ToWire();
        return place.Slot.Output.Count > 0 ? $"it is {status}, by {string.Join(", ", place.Slot.Output.Fields.ToArray().Select(port => port.Key))}" : $"it is {status}";
    }
}
