using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Executions.Controlling;
using AiTeams.WorkflowEngine.Writing;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>What is asked of a run while it is here. Core decides; the verdict is written with what it brings about.</summary>
internal sealed partial class ExecutionRun
{
    private readonly HashSet<Guid> _obeyed = [];
    private readonly List<(ExecutionCommand Command, ControlVerdict Verdict)> _verdicts = [];
    private readonly List<ExecutionCommand> _asked = [];

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
            var verdict = state.Control(command.Command, now);
            _verdicts.Add((command, verdict));
            if (command.Command.Kind == ControlKind.Answer && verdict.Outcome == ControlOutcome.Done)
            {
                _woken[command.Command.Run] = "answer";
            }
        }
    }

    // Under the gate, after Core has drawn the consequences.
    private void RecordControl(WriteUnit unit, bool leaves, DateTimeOffset now)
    {
        var status = _state.IsFinished ? Status : (leaves ? _state.WaitingStatus : ExecutionStatus.Running).ToWire();
        foreach (var (command, verdict) in _verdicts)
        {
            unit.Decided.Add(new DecidedCommand(command.Id, ExecutionCommand.ToWire(verdict.Outcome), status, verdict.Code, verdict.Reason));
        }

        var pause = _verdicts.FindLast(said => said.Verdict.Outcome == ControlOutcome.Done && said.Command.Command.Kind == ControlKind.Pause).Command;
        _verdicts.Clear();
        RecordPauses(unit, pause?.RequestedBy, leaves, now);
    }
}
