using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes;
using AiTeams.WorkflowEngine.Writing;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>
/// Why the run stands still, for whoever asks: a row for each node it waits for when it leaves memory, and one when somebody has paused it.
/// Waits too short to leave memory for have none.
/// </summary>
internal sealed partial class ExecutionRun
{
    private const string TimerTrigger = "timer";

    private readonly Dictionary<Timer, Guid> _pauses = [];
    private readonly Dictionary<NodeRun, string> _woken = [];

    // A pause is about the execution, but its row wants a node: the one it began with.
    private Timer ManualPause => new(new(_state.Start.TriggerNodeId), OpenPause.Manual);

    // Under the gate.
    private void RecordPauses(WriteUnit unit, string? requestedBy, bool leaves, DateTimeOffset now)
    {
        if (_state is { IsHeld: true, IsFinished: false } && !_pauses.ContainsKey(ManualPause))
        {
            Begin(unit, ManualPause, JsonData.Object(("resume", "manual"), ("paused_by", requestedBy)), now);
        }

        if (_pauses.Count > 0)
        {
            EndPauses(unit, now);
        }

        _woken.Clear();
        if (leaves && !_state.IsFinished)
        {
            BeginWaits(unit, now);
        }
    }

    // Written at once and not only when the run leaves memory: question, pause and waiting become true together.
    private void Ask(WriteUnit unit, NodeRun node, Question question, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        unit.Questions.Add(new QuestionRow(id, node.NodeId, node.Iteration, question, now));
        _recorder.Asked(unit, node, id, question, now);
        if (node != ManualPause.Run)
        {
            Begin(unit, new Timer(node, OpenPause.Person), JsonData.Object(
                ("type", "human_response"), ("interaction_id", id.ToString("D")), ("timeout_action", question.TimeoutAction),
                ("until", JsonData.Of(question.TimeoutAt))), now);
        }
    }

    // A node run has one active row; that of a pause by hand has the first call on it.
    private void BeginWaits(WriteUnit unit, DateTimeOffset now)
    {
        foreach (var (timer, dueAt) in _timers)
        {
            if (ReasonOf(timer.Reason) is { } reason && new Timer(timer.Run, reason) is var what && what.Run != ManualPause.Run && !_pauses.ContainsKey(what))
            {
                Begin(unit, what, JsonData.Object(("resume", timer.Reason), ("until", JsonData.Of(dueAt))), now);
            }
        }
    }

    private void EndPauses(WriteUnit unit, DateTimeOffset now)
    {
        foreach (var (what, id) in _pauses.Where(pause => !StillPauses(pause.Key)).ToArray())
        {
            _pauses.Remove(what);
            var (status, trigger) = what == ManualPause ? HowHeld() : HowWaited(what);
            unit.EndedPauses.Add(new PauseEnd(id, status, trigger, now));
            if (what == ManualPause)
            {
                _recorder.WasPaused(said: false);
            }
        }
    }

    private (string Status, string Trigger) HowHeld() => _state.IsFinished && _state.IsHeld ? GivenUp : ("resumed", OpenPause.Manual);

    private (string Status, string Trigger) HowWaited(Timer what) =>
        !_woken.TryGetValue(what.Run, out var trigger) ? GivenUp
        : (trigger == TimerTrigger || what.Reason == OpenPause.Person) && !_state.OutputsOf(what.Run.NodeId)["timeout"].IsMissing ? ("timeout", trigger)
        : ("resumed", trigger);

    private (string Status, string Trigger) GivenUp => (_state.Outcome == ExecutionStatus.Timeout ? "timeout" : "cancelled", _state.IsFinished ? "execution_ended" : "branch_ended");

    private bool StillPauses(Timer what) => !_state.IsFinished && what.Reason switch
    {
        OpenPause.Manual => _state.IsHeld,
        OpenPause.Error => _state.IsWaiting(what.Run, ExecutionState.RetryReason),
        _ => _state.IsWaiting(what.Run, what.Reason),
    };

    private void Begin(WriteUnit unit, Timer what, JsonData conditions, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        _pauses[what] = id;
        unit.Pauses.Add(new PauseRow(id, what.Run.NodeId, what.Run.Iteration, what.Reason, conditions.ToString(), now));
    }

    /// <summary>The pause_reason of a timer; null for limits, which nobody waits for: of the whole run, and of a MERGE for its branches.</summary>
    private static string? ReasonOf(string timer) => timer switch
    {
        ExecutionState.DeadlineReason or ExecutionState.MergeReason => null,
        ExecutionState.RetryReason => OpenPause.Error,
        "delay" or "timeout" => timer,
        _ => "wait",
    };
}
