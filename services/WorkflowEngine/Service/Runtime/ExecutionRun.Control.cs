using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Executions.Controlling;
using AiTeams.WorkflowEngine.Writing;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>What is asked of a run while it is here. Core decides; the verdict is written with what it brings about.</summary>
internal sealed partial class ExecutionRun
{
    // A pause is about the execution, but its row wants a node: the one it began with.
    private readonly HashSet<Guid> _obeyed = [];
    private readonly List<(ExecutionCommand Command, ControlVerdict Verdict)> _verdicts = [];
    private readonly List<ExecutionCommand> _asked = [];
    private readonly Dictionary<Timer, Guid> _pauses = [];

    private Timer ManualPause => new(new(_state.Start.TriggerNodeId), OpenPause.Manual);

    /// <summary>Obeys what has not been obeyed here, in this order. What the run has left before stays open for whoever has it next.</summary>
    public Task ObeyAsync(IReadOnlyList<ExecutionCommand> commands)
    {
        lock (_gate)
        {
            if (commands.All(command => _obeyed.Contains(command.Id)))
            {
                return Task.CompletedTask;
            }
        }

        return GuardAsync(StepAsync(null, (state, now) => Obey(state, commands, now)));
    }

    private void RestoreControl(LoadedExecution loaded)
    {
        foreach (var pause in loaded.Pauses)
        {
            _pauses[pause.What] = pause.Id;
        }

        _asked.AddRange(loaded.Commands);
        if (_pauses.ContainsKey(ManualPause))
        {
            _state.Hold();
            _recorder.WasPaused(said: true);
        }
    }

    private void ObeyWhatWasAsked(ExecutionState state, DateTimeOffset now)
    {
        Obey(state, _asked, now);
        _asked.Clear();
    }

    private void Obey(ExecutionState state, IEnumerable<ExecutionCommand> commands, DateTimeOffset now)
    {
        foreach (var command in commands.Where(command => _obeyed.Add(command.Id)))
        {
            _verdicts.Add((command, state.Control(command.Command, now)));
        }
    }

    // Under the gate, after Core has drawn the consequences.
    private void RecordControl(WriteUnit unit, bool leaves, DateTimeOffset now)
    {
        var status = _state.IsFinished ? Status : (leaves ? ExecutionStatus.Paused : ExecutionStatus.Running).ToWire();
        foreach (var (command, verdict) in _verdicts)
        {
            unit.Decided.Add(new DecidedCommand(command.Id, ExecutionCommand.ToWire(verdict.Outcome), status, verdict.Code, verdict.Reason));
        }

        var last = _verdicts.FindLast(verdict => verdict.Verdict.Outcome == ControlOutcome.Done).Command;
        _verdicts.Clear();
        RecordPauses(unit, last?.RequestedBy, now);
    }

    private void RecordPauses(WriteUnit unit, string? requestedBy, DateTimeOffset now)
    {
        if (_state is { IsHeld: true, IsFinished: false } && !_pauses.ContainsKey(ManualPause))
        {
            Begin(unit, ManualPause, JsonData.Object(("resume", "manual"), ("paused_by", requestedBy)), now);
        }

        if (_pauses.Count == 0)
        {
            return;
        }

        foreach (var (what, id) in _pauses.Where(pause => !StillPauses(pause.Key)).ToArray())
        {
            _pauses.Remove(what);
            unit.EndedPauses.Add(_state.IsFinished && (what != ManualPause || _state.IsHeld)
                ? new PauseEnd(id, _state.Outcome == ExecutionStatus.Timeout ? "timeout" : "cancelled", "execution_ended", now)
                : new PauseEnd(id, "resumed", what == ManualPause ? "manual" : "answer", now));
            if (what == ManualPause)
            {
                _recorder.WasPaused(said: false);
            }
        }
    }

    private bool StillPauses(Timer what) =>
        !_state.IsFinished && (what == ManualPause ? _state.IsHeld : _state.IsWaiting(what.Run, what.Reason));

    private void Begin(WriteUnit unit, Timer what, JsonData conditions, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        _pauses[what] = id;
        unit.Pauses.Add(new PauseRow(id, what.Run.NodeId, what.Run.Iteration, what.Reason, conditions.ToString(), now));
    }
}
