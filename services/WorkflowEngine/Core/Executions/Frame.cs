using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Graph;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>One run of a scope: of the whole workflow, or of a loop's body for one element. Holds what is remembered of its nodes.</summary>
internal sealed class Frame
{
    private Dictionary<int, JsonData>? _carried;
    private Dictionary<int, LoopProgress>? _loops;
    private Func<string, JsonData>? _outputs;

    public Frame(LoopScope scope, Frame? parent, int index, JsonData element, EntryPlan entry)
    {
        Scope = scope;
        Parent = parent;
        Index = index;
        Element = element;
        Iteration = parent is null ? 0 : (parent.Iteration * NodeRun.PerLoop) + index;
        NodeCount = entry.NodeCounts[scope.Id];
        Slots = new NodeSlot[scope.Nodes.Length];
        Arrived = new JsonData[scope.Edges.Length];
        for (var local = 0; local < Slots.Length; local++)
        {
            Slots[local].OpenEdges = entry.OpenEdges[scope.Nodes[local]];
        }
    }

    public LoopScope Scope { get; }

    public Frame? Parent { get; }

    /// <summary>Number of the iteration among those of its loop.</summary>
    public int Index { get; }

    /// <summary>See <see cref="NodeRun.Iteration"/>.</summary>
    public long Iteration { get; }

    /// <summary>What this iteration is about; Missing for the root.</summary>
    public JsonData Element { get; }

    /// <summary>By the node's place in the scope.</summary>
    public NodeSlot[] Slots { get; }

    /// <summary>Payloads by <see cref="CompiledEdge.Slot"/>; Missing for an edge that is dead or open.</summary>
    public JsonData[] Arrived { get; }

    /// <summary>How many nodes this run of the scope can reach, and how many of them are over.</summary>
    public int NodeCount { get; }

    public int Decided { get; set; }

    /// <summary>The iteration was given up, or its loop was: what still comes is ignored.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Its rows are being put back one after the other: it is not over before all of them are.</summary>
    public bool IsReplaying { get; set; }

    public IEnumerable<LoopProgress> Loops => _loops?.Values ?? (IEnumerable<LoopProgress>)[];

    public ref NodeSlot SlotOf(CompiledNode node) => ref Slots[node.Local];

    /// <summary>Payloads on edges that end in another scope, by the edge's index: on the way into bodies, or out of this one.</summary>
    public void Carry(CompiledEdge edge, JsonData payload) => (_carried ??= [])[edge.Index] = payload;

    public JsonData Carried(CompiledEdge edge) => _carried is null ? default : _carried.GetValueOrDefault(edge.Index);

    public LoopProgress? Loop(CompiledNode node) => _loops?.GetValueOrDefault(node.Index);

    public void Open(LoopProgress loop) => (_loops ??= []).Add(loop.Node.Index, loop);

    /// <summary>How expressions of this frame's nodes see earlier outputs; made once.</summary>
    public Func<string, JsonData> Outputs(ExecutionState state) => _outputs ??= name => state.OutputsSeenFrom(this, name);
}
