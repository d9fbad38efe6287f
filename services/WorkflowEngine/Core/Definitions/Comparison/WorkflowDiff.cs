using System.Collections.Frozen;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions.Comparison;

/// <summary>
/// What makes one workflow document another: its nodes and connections by their ids, everything else (metadata, triggers, settings,
/// variables, static and pinned data, fields of the author's own) by JSON pointer. Exact: <see cref="Apply"/> leads from the one to the
/// other, <see cref="Reverse"/> back again. The order of fields in an object means nothing, that of nodes and connections does.
/// </summary>
/// <param name="Fields">Everything that is neither node nor connection; pointers start at the document.</param>
public sealed record WorkflowDiff(ElementChanges Nodes, ElementChanges Connections, IReadOnlyList<FieldChange> Fields)
{
    private const string NodesField = "nodes";
    private const string ConnectionsField = "connections";

    private static readonly FrozenSet<string> NodeLayout = FrozenSet.Create("position");
    private static readonly FrozenSet<string> NoLayout = FrozenSet.Create<string>();

    public bool IsEmpty => Nodes.IsEmpty && Connections.IsEmpty && Fields.Count == 0;

    /// <summary>Only where nodes are drawn differs: it runs the same.</summary>
    public bool IsLayoutOnly =>
        !IsEmpty && Connections.IsEmpty && Fields.Count == 0 && Nodes is { Added.Count: 0, Removed.Count: 0, Order: null }
        && Nodes.Changed.All(change => change.Fields.Count == 0);

    /// <summary>
    /// Compares any two documents. Where nodes or connections cannot be told apart by id (which no valid document does), their list is
    /// compared like any other field.
    /// </summary>
    public static WorkflowDiff Between(JsonData old, JsonData @new)
    {
        if (!old.IsObject || !@new.IsObject)
        {
            return new(ElementChanges.None, ElementChanges.None, FieldChanges.Between(old, @new));
        }

        var (nodes, oldRest, newRest) = Split(old, @new, NodesField, NodeLayout);
        (var connections, oldRest, newRest) = Split(oldRest, newRest, ConnectionsField, NoLayout);
        return new(nodes, connections, FieldChanges.Between(oldRest, newRest));
    }

    /// <summary>The new document, made from the old one.</summary>
    public JsonData Apply(JsonData old)
    {
        var document = FieldChanges.Apply(old, Fields);
        document = Put(document, NodesField, Nodes, old[NodesField]);
        return Put(document, ConnectionsField, Connections, old[ConnectionsField]);
    }

    public WorkflowDiff Reverse() => new(Nodes.Reverse(), Connections.Reverse(), [.. Fields.Select(change => change.Reverse())]);

    // The two documents keep an empty list where they have one, so that having the field at all is compared with the rest.
    private static (ElementChanges Changes, JsonData Old, JsonData New) Split(
        JsonData old, JsonData @new, string field, IReadOnlySet<string> layout) =>
        ElementList.IsKeyed(old[field]) && ElementList.IsKeyed(@new[field])
            ? (ElementList.Compare(old[field], @new[field], layout), Emptied(old, field), Emptied(@new, field))
            : (ElementChanges.None, old, @new);

    private static JsonData Emptied(JsonData document, string field) =>
        document[field].IsMissing ? document : document.With(field, JsonData.EmptyArray);

    private static JsonData Put(JsonData document, string field, ElementChanges changes, JsonData old)
    {
        if (changes.IsEmpty)
        {
            return document;
        }

        var list = changes.Apply(old);
        return list.Count == 0 && document[field].IsMissing ? document : document.With(field, list);
    }
}
