using System.Diagnostics.CodeAnalysis;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Core.Nodes;
using AiTeams.WorkflowEngine.Executions.Starting;
using AiTeams.WorkflowEngine.Ownership;
using AiTeams.WorkflowEngine.Writing;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>
/// One execution in memory. Each step is: apply what happened, let Core run everything that needs nobody, write it all as one unit,
/// and only when that is on disk make the outside calls the unit speaks of. Units are queued under the gate, so they are written in
/// the order in which they were decided.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source is cancelled when the run leaves memory; it has no timer and no handle to release.")]
internal sealed partial class ExecutionRun
{
    // A wait this short is not worth leaving memory for; its timer row is written all the same.
    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(250);

    private readonly RunServices _services;
    private readonly ExecutionRegistry _registry;
    private readonly ExecutionState _state;
    private readonly StepRecorder _recorder;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _left = new();
    private readonly TaskCompletionSource<bool> _leftMemory = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<Timer, DateTimeOffset> _timers = [];
    private readonly HashSet<(Timer, DateTimeOffset)> _alarmed = [];
    private bool _hasLeft;
    private bool _isDeadlineStored;

    private ExecutionRun(RunServices services, ExecutionRegistry registry, ExecutionState state, StepRecorder recorder)
    {
        _services = services;
        _registry = registry;
        _state = state;
        _recorder = recorder;
        _logger = services.Logger;
    }

    private Timer Deadline => new(_state.DeadlineRun, ExecutionState.DeadlineReason);

    public string ExecutionId => _recorder.ExecutionId;

    /// <summary>Completes when the run leaves this process's memory: true, the execution has ended; false, it waits or has another owner.</summary>
    public Task<bool> Left => _leftMemory.Task;

    /// <summary>The status as last decided here, in wire text.</summary>
    public string Status => (_state.Outcome ?? ExecutionStatus.Running).ToWire();

    /// <summary>Why it has ended ERROR; null otherwise.</summary>
    public string? FailureMessage => _state.Failure?.Cause.Message;

    /// <summary>What the last nodes gave; Missing while the run has not ended SUCCESS.</summary>
    public JsonData Result => _state.Outcome == ExecutionStatus.Success ? _state.Result : default;

    public static ExecutionRun New(
        RunServices services, ExecutionRegistry registry, ExecutionRow row, CompiledWorkflow workflow, JsonData data, IReadOnlyList<NodeRecord>? kept) =>
        new(services, registry,
            kept is null
                ? ExecutionState.Begin(workflow, StartOf(row, workflow, data))
                : ExecutionState.Restore(workflow, StartOf(row, workflow, data), kept, services.Clock.GetUtcNow()),
            new StepRecorder(row, workflow.Document.Metadata.Name, lastSequence: 0));

    public static ExecutionRun Restored(RunServices services, ExecutionRegistry registry, LoadedExecution loaded)
    {
        var run = new ExecutionRun(services, registry,
            ExecutionState.Restore(
                loaded.Workflow, StartOf(loaded.Row, loaded.Workflow, loaded.Data), loaded.Nodes, services.Clock.GetUtcNow()),
            new StepRecorder(loaded.Row, loaded.Workflow.Document.Metadata.Name, loaded.LastSequence));
        foreach (var (timer, dueAt) in loaded.Timers)
        {
            run._timers[timer] = dueAt;
            run._isDeadlineStored |= timer.Reason == ExecutionState.DeadlineReason;
        }

        run.RestoreControl(loaded);
        return run;
    }

    /// <summary>The first step here: of a new execution (with its row) or of a restored one. False: it is not ours, or its idempotency key is taken.</summary>
    public Task<bool> BeginAsync(ExecutionRow? start) => StepAsync(start, ObeyWhatWasAsked);

    private async Task<bool> StepAsync(ExecutionRow? start, Action<ExecutionState, DateTimeOffset> apply)
    {
        IReadOnlyList<PendingStep> steps;
        Task<bool> written;
        bool leaves;
        lock (_gate)
        {
            if (_hasLeft)
            {
                return false;                             // ended or handed over while this was on its way
            }

            var now = _services.Clock.GetUtcNow();
            apply(_state, now);
            FireDueTimers(now);
            steps = _state.Advance(now);
            ForgetStaleTimers();

            var unit = _recorder.Record(_state, start, now);
            foreach (var (node, step) in steps)
            {
                if (step is NodeStep.Wait wait)
                {
                    _timers[new(node, wait.Reason)] = wait.DueAt;
                    unit.Timers.Add(new TimerRow(Guid.CreateVersion7(now), node.NodeId, node.Iteration, wait.Reason, wait.DueAt));
                }
                else if (step is NodeStep.Ask ask)
                {
                    Ask(unit, node, ask.What, now);
                }
            }

            if (!_state.IsFinished && _state.Deadline is { } deadline)
            {
                _timers[Deadline] = deadline;
            }

            leaves = _state.IsFinished || (_state.InFlight == 0 && (_state.IsHeld || IsIdleUntil(now + ShortWait)));
            RecordControl(unit, leaves, now);
            if (leaves && !_state.IsFinished)
            {
                StoreDeadline(unit, now);
                _recorder.RecordPause(unit, _state.WaitingStatus, _state.IsHeld ? null : NextTimer, now);
            }

            _hasLeft = leaves;
            written = _services.Writer.Enqueue(unit);
        }

        if (!await WrittenAsync(written, start is not null))
        {
            return false;
        }

        if (leaves)
        {
            Leave();
            return true;
        }

        foreach (var (node, step) in steps)
        {
            if (step is NodeStep.Call call)
            {
                _ = GuardAsync(CallAsync(node, call));
            }
        }

        SetAlarms();
        return true;
    }

    // Nobody awaits what a call or an alarm leads to, so a defect in there must not leave the execution hanging.
    private async Task GuardAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            // the execution has left this process; its next owner does this again
        }
        catch (Exception ex) when (ex is not OutOfMemoryException)
        {
            LogUnwritable(ex, ExecutionId);
            await EndUnwritableAsync(ex);
        }
    }

    private async Task CallAsync(NodeRun node, NodeStep.Call call)
    {
        var origin = _recorder.Origin(node, call.Attempt);

        // Waiting for a turn is nobody's fault and takes nothing from the time the call may have.
        using var place = _services.Queues is { } queues && call.What.TakesPlace
            ? await queues.Calls.EnterAsync(origin.UserId, origin.WorkflowId, _left.Token) : default;
        using var limit = new CancellationTokenSource(call.Timeout, _services.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _left.Token);
        OutsideResult result;
        try
        {
            result = await _services.Outside.MakeAsync(call.What with { Origin = origin }, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !_left.IsCancellationRequested)
        {
            await StepAsync(null, (state, now) => state.TimeOutCall(node, now));
            return;
        }

        await StepAsync(null, (state, now) => state.CompleteCall(node, result, now));
    }

    private async Task<bool> WrittenAsync(Task<bool> written, bool isStart)
    {
        try
        {
            if (await written)
            {
                return true;
            }

            Forget();
            return false;
        }
        catch (EngineFencedException) when (!isStart)
        {
            Forget();                                     // whoever owns it now has read it back from its rows
            return false;
        }
        catch (Exception) when (isStart)
        {
            Forget();
            throw;                                        // it never came to be, and the caller is told so
        }
        catch (Exception ex) when (ex is not OutOfMemoryException)
        {
            LogUnwritable(ex, ExecutionId);
            await EndUnwritableAsync(ex);
            return false;
        }
    }

    // What a step came to cannot be stored. The execution must not hang for ever: it ends with that as its error. When even that is
    // not possible its row is gone, and with it everything there was to say.
    private async Task EndUnwritableAsync(Exception cause)
    {
        lock (_gate)
        {
            _hasLeft = true;
        }

        try
        {
            await _services.Writer.Enqueue(_recorder.Unwritable(cause, _services.Clock.GetUtcNow()));
        }
        catch (Exception ex) when (ex is not OutOfMemoryException)
        {
            LogUnwritable(ex, ExecutionId);
        }

        Forget(ended: true);
    }

    private void Leave()
    {
        Forget(_state.IsFinished);
        if (_state.Outcome is { } outcome)
        {
            _services.Metrics.Finished(outcome.ToWire());
            return;
        }

        if (!_state.IsHeld && NextTimer is { } next)
        {
            _services.Timers.Expect(next);
        }
    }

    private void Forget(bool ended = false)
    {
        lock (_gate)
        {
            _hasLeft = true;
        }

        _left.Cancel();
        _registry.Remove(this);
        _leftMemory.TrySetResult(ended);
    }

    private static ExecutionStart StartOf(ExecutionRow row, CompiledWorkflow workflow, JsonData data)
    {
        var start = new ExecutionStart(
            row.ExecutionId, row.UserId.ToString("D"), row.TriggerNodeId, workflow.Find(row.TriggerNodeId)?.Definition.Subtype ?? row.Mode, data,
            DateTimeOffset.FromUnixTimeMilliseconds(row.StartTime))
        {
            IsTest = row.Mode == "MANUAL",
            StaticData = row.StaticData,
        };
        return RunScope.Apply(start, row.Metadata);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A step of execution {ExecutionId} cannot be written")]
    private partial void LogUnwritable(Exception exception, string executionId);
}
