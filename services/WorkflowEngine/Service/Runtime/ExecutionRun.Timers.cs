using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Writing;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>The timers of a run in memory: which are due, which nobody waits for any more, and who wakes the run for the next one.</summary>
internal sealed partial class ExecutionRun
{
    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private DateTimeOffset? NextTimer => _timers.Count == 0 ? null : _timers.Values.Min();

    // Who only waits for people has no timer at all.
    private bool IsIdleUntil(DateTimeOffset then) => NextTimer is { } next ? next > then : _state.Waiting > 0;

    // Under the gate. A restored execution, or one that was busy elsewhere, may hold timers that are due.
    private void FireDueTimers(DateTimeOffset now)
    {
        if (_timers.Count == 0 || _state.IsHeld)
        {
            return;
        }

        foreach (var timer in _timers.Where(timer => timer.Value <= now).Select(timer => timer.Key).ToArray())
        {
            _state.Fire(timer.Run, timer.Reason, now);
            _woken[timer.Run] = TimerTrigger;
            Forget(timer);
        }
    }

    // Under the gate. What nobody waits for any more, because its branch or the whole run is over, must not wake anybody.
    private void ForgetStaleTimers()
    {
        if (_timers.Count == 0)
        {
            return;
        }

        foreach (var timer in _timers.Keys.Where(timer => !_state.IsWaiting(timer.Run, timer.Reason)).ToArray())
        {
            Forget(timer);
        }
    }

    private void Forget(Timer timer)
    {
        _timers.Remove(timer);
        if (timer.Reason != ExecutionState.DeadlineReason || _isDeadlineStored)
        {
            _recorder.Fired(timer);
        }
    }

    // In memory the run's limit needs no row; whoever takes a dead engine's run over works it out again.
    private void StoreDeadline(WriteUnit unit, DateTimeOffset now)
    {
        if (_state.Deadline is { } deadline && !_isDeadlineStored)
        {
            _isDeadlineStored = true;
            unit.Timers.Add(new TimerRow(Guid.CreateVersion7(now), Deadline.Run.NodeId, Deadline.Run.Iteration, Deadline.Reason, deadline));
        }
    }

    private void SetAlarms()
    {
        KeyValuePair<Timer, DateTimeOffset>[] unset;
        lock (_gate)
        {
            unset = [.. _timers.Where(timer => _alarmed.Add((timer.Key, timer.Value)))];
        }

        foreach (var (_, dueAt) in unset)
        {
            _ = GuardAsync(AlarmAsync(dueAt));
        }
    }

    private async Task AlarmAsync(DateTimeOffset dueAt)
    {
        try
        {
            // Timers count whole milliseconds and may ring before the time; nobody would look again at a wait found not to be over. Those
            // longer than a timer can count are waited for in pieces.
            while (dueAt - _services.Clock.GetUtcNow() is { Ticks: > 0 } left)
            {
                await Task.Delay(left < LongestDelay ? left + OneMillisecond : LongestDelay, _services.Clock, _left.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await StepAsync(null, static (_, _) => { });
    }
}
