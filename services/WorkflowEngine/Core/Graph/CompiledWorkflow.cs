using System.Collections.Frozen;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Expressions;
using AiTeams.WorkflowEngine.Core.Expressions.Dates;
using AiTeams.WorkflowEngine.Core.Logs;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Graph;

/// <summary>
/// A workflow ready to be run any number of times at once: indexes, order, compiled expressions. Immutable. Attached TOOL and
/// MEMORY nodes are not part of the graph.
/// </summary>
public sealed class CompiledWorkflow
{
    private readonly CompiledNode[] _nodes;
    private readonly FrozenDictionary<string, int> _byId;
    private readonly FrozenDictionary<string, int> _byName;
    private readonly FrozenDictionary<string, EntryPlan> _entries;

    private CompiledWorkflow(WorkflowDocument document, CompiledNode[] nodes)
    {
        Document = document;
        Zone = Zones.Find(document.Settings.Timezone) ?? TimeZoneInfo.Utc;
        About = JsonData.Object(
            ("id", document.Metadata.Id), ("name", document.Metadata.Name), ("version", document.Metadata.Version), ("timezone", document.Settings.Timezone));
        Secrets = SensitiveTexts.Of(document);
        _nodes = nodes;
        _byId = nodes.ToFrozenDictionary(node => node.Id, node => node.Index);
        _byName = nodes.ToFrozenDictionary(node => node.Name, node => node.Index);
        var edges = EdgesOf(document, nodes, _byId);
        var order = TopologicalOrder.Sort(nodes.Length, edges.ConvertAll(edge => (edge.From, edge.To)));
        if (order.Count < nodes.Length)
        {
            throw new InvalidOperationException("The workflow has a cycle.");
        }

        for (var position = 0; position < order.Count; position++)
        {
            nodes[order[position]].Position = position;
        }

        Order = order;
        var (root, scopes) = LoopScopes.Find(nodes, edges, order);
        Root = root;
        ScopeCount = ScopePlan.Apply(nodes, edges, root, scopes);
        ReadsStaticData = document.Source.ToString().Contains("$static", StringComparison.Ordinal);
        TriggerIds = document.Triggers;
        _entries = document.Triggers.Distinct().ToFrozenDictionary(id => id, id => EntryPlan.From(_byId[id], nodes, ScopeCount));
    }

    public WorkflowDocument Document { get; }

    /// <summary>The zone of dates that do not say theirs. A name there is not counts as UTC: saving refuses it, an old version may hold it.</summary>
    internal TimeZoneInfo Zone { get; }

    /// <summary>What expressions see as <c>$workflow</c>.</summary>
    internal JsonData About { get; }

    /// <summary>What must not stand in a log of this workflow.</summary>
    public SensitiveTexts Secrets { get; }

    public IReadOnlyList<CompiledNode> Nodes => _nodes;

    /// <summary>Node indexes so that every edge points forward.</summary>
    public IReadOnlyList<int> Order { get; }

    public IReadOnlyList<string> TriggerIds { get; }

    /// <summary>Some node runs another workflow.</summary>
    public bool CallsWorkflows => _nodes.Any(static node => node.Behaviour is Nodes.SubWorkflowNode);

    /// <summary>Some expression asks for <c>$static</c>.</summary>
    public bool ReadsStaticData { get; }

    /// <summary>The ids of scopes are below this.</summary>
    internal int ScopeCount { get; }

    internal LoopScope Root { get; }

    /// <summary>The document must be one that validates.</summary>
    /// <exception cref="InvalidOperationException">It does not: validate first.</exception>
    /// <exception cref="ExpressionException">It holds an expression that does not compile: validate first.</exception>
    public static CompiledWorkflow Compile(WorkflowDocument document)
    {
        var nodes = new List<CompiledNode>(document.Nodes.Count);
        foreach (var definition in document.Nodes.Where(node => !NodeTypes.IsAttachable(node.Type)))
        {
            var spec = NodeCatalog.FindActive(definition.Type, definition.Subtype)
                ?? throw new InvalidOperationException($"Node '{definition.Name}': {definition.Type}.{definition.Subtype} cannot run.");
            nodes.Add(new CompiledNode(definition with { Index = nodes.Count }, spec, NodeBehaviours.For(spec)));
        }

        return new CompiledWorkflow(document, nodes.ToArray());
    }

    public bool HasTrigger(string nodeId) => _entries.ContainsKey(nodeId);

    public CompiledNode? Find(string idOrName) =>
        _byId.TryGetValue(idOrName, out var index) || _byName.TryGetValue(idOrName, out index) ? _nodes[index] : null;

    /// <summary>Whether the node runs once per iteration of some loop.</summary>
    public bool IsInLoop(string nodeId) => _byId.TryGetValue(nodeId, out var index) && _nodes[index].Scope != Root;

    internal CompiledNode Node(int index) => _nodes[index];

    internal int IndexOf(string nodeId) => _byId.TryGetValue(nodeId, out var index)
        ? index
        : throw new ArgumentException($"The workflow has no node '{nodeId}'.", nameof(nodeId));

    /// <summary>What a start sets going.</summary>
    internal EntryPlan Entry(ExecutionStart start) => start.Part is { } part
        ? EntryPlan.From(IndexOf(part.NodeId), _nodes, ScopeCount, part.IsAlone)
        : Entry(start.TriggerNodeId);

    /// <summary>The node itself, or the outermost loop it is run by.</summary>
    internal CompiledNode UnitOf(CompiledNode node) => node.Scope == Root ? node : _nodes[node.Scope.LoopIn(Root)];

    internal EntryPlan Entry(string triggerNodeId) => _entries.TryGetValue(triggerNodeId, out var entry)
        ? entry
        : throw new ArgumentException($"The workflow has no trigger '{triggerNodeId}'.", nameof(triggerNodeId));

    private static List<CompiledEdge> EdgesOf(WorkflowDocument document, CompiledNode[] nodes, FrozenDictionary<string, int> byId)
    {
        var edges = new List<CompiledEdge>(document.Connections.Count);
        foreach (var connection in document.Connections)
        {
            var from = nodes[byId[connection.FromNode]];
            edges.Add(new(
                edges.Count, from.Index, from.Spec.PortName(connection.OutputKey), byId[connection.ToNode], Conversion: connection.ConversionFunction));
        }

        return edges;
    }
}
