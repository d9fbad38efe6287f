using AiTeams.WorkflowEngine.Core.Data;
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
    private readonly NodeSlot[] _slots;
    private readonly JsonData[] _arrived;
    private readonly List<int> _ready = [];
    private readonly List<int> _changed = [];
    private readonly Func<string, JsonData> _outputsByName;
    private int _decided;

    private ExecutionState(CompiledWorkflow workflow, ExecutionStart start)
    {
        _workflow = workflow;
        _entry = workflow.Entry(start.TriggerNodeId);
        _slots = new NodeSlot[workflow.Nodes.Count];
        _arrived = new JsonData[workflow.EdgeCount];
        _outputsByName = OutputsOf;
        Start = start;
        for (var node = 0; node < _slots.Length; node++)
        {
            _slots[node].OpenEdges = _entry.OpenEdges[node];
        }
    }

    public ExecutionStart Start { get; }

    public CompiledWorkflow Workflow => _workflow;

    /// <summary>Set once the execution has ended.</summary>
    public ExecutionStatus? Outcome { get; private set; }

    /// <summary>Set when the outcome is ERROR.</summary>
    public ExecutionFailure? Failure { get; private set; }

    public bool IsFinished => Outcome is not null;

    /// <summary>RUNNING, PAUSED when nothing is left but waits, or the outcome.</summary>
    public ExecutionStatus Status => Outcome
        ?? (InFlight == 0 && _ready.Count == 0 && Waiting > 0 ? ExecutionStatus.Paused : ExecutionStatus.Running);

    /// <summary>Nodes begun whose call or result is outstanding.</summary>
    public int InFlight { get; private set; }

    /// <summary>Nodes that wait for a timer.</summary>
    public int Waiting { get; private set; }

    /// <summary>Nodes this trigger can reach, and how many of them are over: the progress of the run.</summary>
    public int TotalNodes => _entry.NodeCount;

    public int DecidedNodes => _decided;

    public static ExecutionState Begin(CompiledWorkflow workflow, ExecutionStart start)
    {
        var state = new ExecutionState(workflow, start);
        state._ready.Add(state._entry.Trigger);
        return state;
    }

    /// <summary>
    /// Runs every node that can run until only the outside world can help; gives what is asked of it. Nodes without outside
    /// effects are over when this returns.
    /// </summary>
    public IReadOnlyList<PendingStep> Advance(DateTimeOffset now)
    {
        List<PendingStep>? pending = null;
        while (_ready.Count > 0)
        {
            foreach (var run in TakeReady())
            {
                var step = Begin(run, now);
                if (step is NodeStep.CallHttp or NodeStep.Wait)
                {
                    (pending ??= []).Add(new(run, step));
                }
            }
        }

        return pending ?? (IReadOnlyList<PendingStep>)[];
    }

    /// <summary>The nodes that may run now, each given out once, in the document's order. Independent branches come together.</summary>
    public IReadOnlyList<NodeRun> TakeReady()
    {
        if (_ready.Count == 0)
        {
            return [];
        }

        _ready.Sort();
        var runs = new NodeRun[_ready.Count];
        for (var at = 0; at < runs.Length; at++)
        {
            runs[at] = new(_workflow.Node(_ready[at]).Id);
            _slots[_ready[at]].Taken = true;
        }

        _ready.Clear();
        return runs;
    }

    /// <summary>Starts a node that was ready. When the step is Completed or Failed it has been applied already.</summary>
    /// <exception cref="InvalidOperationException">The node was not given out by <see cref="TakeReady"/>.</exception>
    public NodeStep Begin(NodeRun run, DateTimeOffset now)
    {
        var index = _workflow.IndexOf(run.NodeId);
        ref var slot = ref _slots[index];
        if (!slot.Taken || slot.Status != NodeStatus.Pending)
        {
            throw new InvalidOperationException($"Node '{run.NodeId}' is not ready to begin.");
        }

        if (IsFinished)
        {
            // Another branch ended the run between taking and beginning: there is nothing to begin any more.
            return new NodeStep.Failed(new("canceled", "The execution has ended."));
        }

        slot.Taken = false;
        slot.StartedAt ??= now;
        if (_workflow.Node(index).Definition.Disabled)
        {
            return PassThrough(index, now);
        }

        MoveTo(index, NodeStatus.Running);
        InFlight++;
        return Apply(index, Guard(index, node => node.Node.Behaviour.Begin(node), now), now);
    }

    /// <summary>Hands over what came of an HTTP call. Null: the node is not waiting for one (any more) and nothing happened.</summary>
    public NodeStep? CompleteHttp(NodeRun run, HttpResult result, DateTimeOffset now)
    {
        var index = _workflow.IndexOf(run.NodeId);
        return IsOpen(index, NodeStatus.Running)
            ? Apply(index, Guard(index, node => node.Node.Behaviour.AfterHttp(node, result), now), now)
            : null;
    }

    /// <summary>Says that a wait is over. Null: the node does not wait (any more) and nothing happened.</summary>
    public NodeStep? CompleteWait(NodeRun run, DateTimeOffset now)
    {
        var index = _workflow.IndexOf(run.NodeId);
        return IsOpen(index, NodeStatus.WaitingInput)
            ? Apply(index, Guard(index, node => node.Node.Behaviour.AfterWait(node), now), now)
            : null;
    }

    /// <summary>Ends an open node with outputs made elsewhere, an object of port to payload. False: it was not open.</summary>
    public bool Complete(NodeRun run, JsonData outputs, DateTimeOffset now) => End(run, new NodeStep.Completed(outputs), now);

    /// <summary>Ends an open node with a failure that happened outside. False: it was not open.</summary>
    public bool Fail(NodeRun run, NodeFailure failure, DateTimeOffset now) => End(run, new NodeStep.Failed(failure), now);

    /// <summary>Ends the execution CANCELED; open nodes become CANCELED. False: it had ended already.</summary>
    public bool Cancel(DateTimeOffset now) => Finish(ExecutionStatus.Canceled, now);

    /// <summary>Ends the execution TIMEOUT; open nodes become CANCELED. False: it had ended already.</summary>
    public bool TimeOut(DateTimeOffset now) => Finish(ExecutionStatus.Timeout, now);

    /// <summary>The outputs of a node by id or name, an object of port to payload; Missing when it has none.</summary>
    public JsonData OutputsOf(string idOrName)
    {
        if (_workflow.Find(idOrName) is not { } node)
        {
            return default;
        }

        var outputs = _slots[node.Index].Output;
        return outputs.IsMissing ? outputs : Ports.Expand(node.Spec, outputs);
    }

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
            _slots[_changed[at]].Changed = false;
            records[at] = RecordOf(_changed[at]);
        }

        _changed.Clear();
        Array.Sort(records, static (left, right) => left.Position.CompareTo(right.Position));
        return records;
    }

    private bool End(NodeRun run, NodeStep step, DateTimeOffset now)
    {
        var index = _workflow.IndexOf(run.NodeId);
        if (!IsOpen(index, NodeStatus.Running) && !IsOpen(index, NodeStatus.WaitingInput))
        {
            return false;
        }

        Apply(index, step, now);
        return true;
    }

    private bool IsOpen(int index, NodeStatus status) => !IsFinished && _slots[index].Status == status;

    private NodeRecord RecordOf(int index)
    {
        ref readonly var slot = ref _slots[index];
        var node = _workflow.Node(index);
        return new NodeRecord
        {
            NodeId = node.Id,
            NodeName = node.Name,
            NodeType = node.Definition.Type,
            NodeSubtype = node.Definition.Subtype,
            Position = node.Position,
            Status = slot.Status,
            StartedAt = slot.StartedAt,
            EndedAt = slot.EndedAt,
            Input = slot.Input,
            Output = slot.Output,
            Error = slot.Error,
            RetryCount = slot.RetryCount,
            MaxRetries = node.Definition.MaxRetries,
        };
    }
}
