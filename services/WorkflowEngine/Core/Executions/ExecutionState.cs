using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>
/// Where one execution stands: which nodes are done, what they gave, which may run. It decides and remembers; it never acts.
/// The same calls give the same records. Not thread-safe: one runner drives one execution.
/// </summary>
public sealed partial class ExecutionState
{
    private readonly CompiledWorkflow _workflow;
    private readonly EntryPlan _entry;
    private readonly Frame _root;
    private readonly List<Place> _ready = [];
    private readonly List<Place> _changed = [];
    private readonly List<PendingStep> _asked = [];

    private ExecutionState(CompiledWorkflow workflow, ExecutionStart start)
    {
        _workflow = workflow;
        _entry = workflow.Entry(start);
        _root = new Frame(workflow.Root, parent: null, index: 0, element: default, _entry);
        Start = start;
    }

    public ExecutionStart Start { get; }

    public CompiledWorkflow Workflow => _workflow;

    /// <summary>Names the durable timer of the whole run's limit.</summary>
    public const string DeadlineReason = "execution_timeout";

    /// <summary>Set once the execution has ended.</summary>
    public ExecutionStatus? Outcome { get; private set; }

    /// <summary>Set when the outcome is ERROR.</summary>
    public ExecutionFailure? Failure { get; private set; }

    public bool IsFinished => Outcome is not null;

    /// <summary>RUNNING; with nothing left but waits WAITING_FOR_HUMAN or PAUSED; PAUSED when nothing more may begin; or the outcome.</summary>
    public ExecutionStatus Status => Outcome
        ?? (InFlight > 0 || (!IsHeld && (_ready.Count > 0 || Waiting == 0)) ? ExecutionStatus.Running : WaitingStatus);

    /// <summary>How an execution is called that has nothing to do now: who has paused it comes before whoever it asks, and a person before a timer.</summary>
    public ExecutionStatus WaitingStatus => !IsHeld && Asking > 0 ? ExecutionStatus.WaitingForHuman : ExecutionStatus.Paused;

    /// <summary>When the whole run is over at the latest (settings.timeout); null for a run that may take as long as it likes.</summary>
    public DateTimeOffset? Deadline => _workflow.Document.Settings.TimeoutSeconds is { } seconds ? Start.StartedAt.AddSeconds(seconds) : null;

    /// <summary>The limit of the whole run as a timer of its trigger.</summary>
    public NodeRun DeadlineRun => new(Start.TriggerNodeId);

    /// <summary>Nodes begun whose call or result is outstanding.</summary>
    public int InFlight { get; private set; }

    /// <summary>Nodes that wait for a timer, a signal or a person.</summary>
    public int Waiting { get; private set; }

    /// <summary>Those of them that wait for a person.</summary>
    public int Asking { get; private set; }

    /// <summary>Nodes outside loops that this trigger can reach, and how many of them are over: the progress of the run.</summary>
    public int TotalNodes => _root.NodeCount;

    public int DecidedNodes => _root.Decided;

    public static ExecutionState Begin(CompiledWorkflow workflow, ExecutionStart start)
    {
        var state = new ExecutionState(workflow, start);
        state._ready.Add(state.TriggerPlace);
        return state;
    }

    /// <summary>
    /// Runs every node that can run until only the outside world can help; gives what has been asked of it since the last call. Nodes
    /// without outside effects are over when this returns.
    /// </summary>
    public IReadOnlyList<PendingStep> Advance(DateTimeOffset now)
    {
        while (_ready.Count > 0 && !IsHeld)
        {
            foreach (var run in TakeReady())
            {
                Begin(run, now);
            }
        }

        if (_asked.Count == 0)
        {
            return [];
        }

        // What was asked before another branch ended the run, or this iteration, is not wanted any more.
        _asked.RemoveAll(asked => asked.Step switch
        {
            NodeStep.Wait wait => !IsWaiting(asked.Run, wait.Reason),
            NodeStep.Ask => FindOpen(asked.Run, NodeStatus.WaitingInput) is null,
            _ => FindOpen(asked.Run, NodeStatus.Running) is null,
        });
        var pending = _asked.ToArray();
        _asked.Clear();
        return pending;
    }

    /// <summary>The nodes that may run now, each given out once, in the document's order. Independent branches come together.</summary>
    public IReadOnlyList<NodeRun> TakeReady()
    {
        if (_ready.Count == 0 || IsHeld)
        {
            return [];
        }

        _ready.Sort();
        var runs = new NodeRun[_ready.Count];
        for (var at = 0; at < runs.Length; at++)
        {
            runs[at] = _ready[at].Run;
            _ready[at].Slot.Taken = true;
        }

        _ready.Clear();
        return runs;
    }

    /// <summary>Starts a node that was ready. When the step is Completed or Failed it has been applied already.</summary>
    /// <exception cref="InvalidOperationException">The node was not given out by <see cref="TakeReady"/>.</exception>
    public NodeStep Begin(NodeRun run, DateTimeOffset now)
    {
        if (IsFinished || Find(run) is not { } place || place.Frame.IsClosed)
        {
            // Another branch ended the run or the iteration between taking and beginning: there is nothing to begin any more.
            return new NodeStep.Failed(new("canceled", "The execution has ended."));
        }

        ref var slot = ref place.Slot;
        if (!slot.Taken || slot.Status != NodeStatus.Pending)
        {
            throw new InvalidOperationException($"Node '{run.NodeId}' is not ready to begin.");
        }

        slot.Taken = false;
        slot.StartedAt ??= now;
        if (place.Node.Definition.Disabled)
        {
            return PassThrough(place, now);
        }

        MoveTo(place, NodeStatus.Running);
        InFlight++;
        return Apply(place, PinnedOutputs(place) is { } pinned ? new NodeStep.Completed(pinned) : BeginOrConvert(place, now), now);
    }

    /// <summary>Hands over what came of a call. Null: the node is not waiting for one (any more) and nothing happened.</summary>
    public NodeStep? CompleteCall(NodeRun run, OutsideResult result, DateTimeOffset now) =>
        FindOpen(run, NodeStatus.Running) is { } place
            ? Apply(place, place.Slot.Conversion == ConversionState.Asked
                ? AfterConversion(place, result, now)
                : Guard(place, node => node.Node.Behaviour.AfterCall(node, result), now), now)
            : null;

    /// <summary>Says that a call took longer than its node may: a failure that may pass. Null: the node is not waiting for one (any more).</summary>
    public NodeStep? TimeOutCall(NodeRun run, DateTimeOffset now) =>
        FindOpen(run, NodeStatus.Running) is { } place ? Apply(place, new NodeStep.Failed(TimedOut(place.Node)), now) : null;

    /// <summary>
    /// Says that a wait is over: the node goes on, or tries again after a failure. Null: the node does not wait (any more) and nothing happened.
    /// </summary>
    public NodeStep? CompleteWait(NodeRun run, DateTimeOffset now)
    {
        if (FindOpen(run, NodeStatus.WaitingInput) is { } waiting)
        {
            GoOn(waiting);
            return Apply(waiting, Guard(waiting, static node => node.Node.Behaviour.AfterWait(node), now), now);
        }

        return FindOpen(run, NodeStatus.Retrying) is { } retrying ? TryAgain(retrying, now) : null;
    }

    /// <summary>
    /// Hands a signal from outside to a node that waits. False: the node does not wait (any more), or not for this; then nothing happened.
    /// </summary>
    public bool Signal(NodeRun run, JsonData data, DateTimeOffset now)
    {
        if (FindOpen(run, NodeStatus.WaitingInput) is not { } waiting)
        {
            return false;
        }

        var isMeant = true;
        var step = Guard(waiting, node =>
        {
            var answer = node.Node.Behaviour.AfterSignal(node, data);
            isMeant = answer is not null;
            return answer ?? new NodeStep.Completed(default);
        }, now);
        if (isMeant)
        {
            GoOn(waiting);
            Apply(waiting, step, now);
        }

        return isMeant;
    }

    /// <summary>
    /// Lets a timer that is due do its work; the reason is the one it was asked for with. Coming too late, after what it was to wake is
    /// over, it does nothing.
    /// </summary>
    public void Fire(NodeRun run, string reason, DateTimeOffset now)
    {
        switch (reason)
        {
            case MergeReason:
                GoOnWithoutTheRest(run);
                break;
            case DeadlineReason:
                TimeOut(now);
                break;
            default:
                CompleteWait(run, now);
                break;
        }
    }

    /// <summary>Whether a timer of this reason still has something to do.</summary>
    public bool IsWaiting(NodeRun run, string reason) => reason switch
    {
        MergeReason => FindOpen(run, NodeStatus.Pending) is { } merge && IsHalfArrived(merge),
        RetryReason => FindOpen(run, NodeStatus.Retrying) is not null,
        DeadlineReason => !IsFinished,
        _ => FindOpen(run, NodeStatus.WaitingInput) is not null,
    };

    /// <summary>Ends an open node with outputs made elsewhere, an object of port to payload. False: it was not open.</summary>
    public bool Complete(NodeRun run, JsonData outputs, DateTimeOffset now) => End(run, new NodeStep.Completed(outputs), now);

    /// <summary>Ends an open node with a failure that happened outside. False: it was not open.</summary>
    public bool Fail(NodeRun run, NodeFailure failure, DateTimeOffset now) => End(run, new NodeStep.Failed(failure), now);

    /// <summary>Ends the execution CANCELED; open nodes become CANCELED. False: it had ended already.</summary>
    public bool Cancel(DateTimeOffset now) => Finish(ExecutionStatus.Canceled, now);

    /// <summary>Ends the execution TIMEOUT; open nodes become CANCELED. False: it had ended already.</summary>
    public bool TimeOut(DateTimeOffset now) => Finish(ExecutionStatus.Timeout, now);

    /// <summary>
    /// The outputs of a node by id or name, an object of port to payload; Missing when it has none. For a node in a loop: those of the
    /// iteration that ended last.
    /// </summary>
    public JsonData OutputsOf(string idOrName) => OutputsSeenFrom(_root, idOrName);

    /// <summary>The node rows changed since the last call, in topological order; afterwards nothing counts as changed.</summary>
    public IReadOnlyList<NodeRecord> DrainChanges()
    {
        if (_changed.Count == 0)
        {
            return [];
        }

        var records = new NodeRecord[_changed.Count];
        for (var at = 0; at < records.Length; at++)
        {
            _changed[at].Slot.Changed = false;
            records[at] = _changed[at].ToRecord();
        }

        _changed.Clear();
        Array.Sort(records, static (left, right) =>
            left.Position != right.Position ? left.Position.CompareTo(right.Position) : left.Iteration.CompareTo(right.Iteration));
        return records;
    }

    private void GoOn(Place waiting)
    {
        MoveTo(waiting, NodeStatus.Running);
        Waiting--;
        Asking -= Asks(waiting) ? 1 : 0;
        InFlight++;
    }

    private static bool Asks(Place place) => place.Node.Spec.Type == NodeTypes.HumanInTheLoop;

    private bool End(NodeRun run, NodeStep step, DateTimeOffset now)
    {
        if ((FindOpen(run, NodeStatus.Running) ?? FindOpen(run, NodeStatus.WaitingInput)) is not { } place)
        {
            return false;
        }

        Apply(place, step, now);
        return true;
    }
}
