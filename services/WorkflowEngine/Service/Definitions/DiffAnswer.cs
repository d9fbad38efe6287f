using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions.Comparison;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>A comparison as it is answered: what changed, by node, by connection and by pointer, and apart from it what only moved on the canvas.</summary>
internal static class DiffAnswer
{
    public static JsonData Of(Guid workflowId, int from, int to, WorkflowDiff diff) => JsonData.Object(
        ("workflow_id", workflowId.ToString()), ("from", from), ("to", to),
        ("identical", diff.IsEmpty),
        ("summary", ChangeSummary.Of(diff)),
        ("nodes", Elements(diff.Nodes, "node")),
        ("connections", Elements(diff.Connections, "connection")),
        ("document", JsonData.Array(diff.Fields.Select(change => Field(change).With("section", ChangeSummary.Section(change))))),
        ("layout", JsonData.Array(diff.Nodes.Changed.Where(change => change.Layout.Count > 0).Select(Moved))));

    private static JsonData Elements(ElementChanges changes, string what) => JsonData.Object(
        ("added", JsonData.Array(changes.Added.Select(element => Placed(element, what)))),
        ("removed", JsonData.Array(changes.Removed.Select(element => Placed(element, what)))),
        ("changed", JsonData.Array(changes.Changed.Where(change => change.Fields.Count > 0).Select(Changed))),
        ("order", changes.Order is { } order ? JsonData.Object(("from", Texts(order.From)), ("to", Texts(order.To))) : JsonData.Null));

    private static JsonData Placed(PlacedElement element, string what) =>
        JsonData.Object(("id", element.Id), ("index", element.Index), (what, element.Element));

    private static JsonData Changed(ElementChange change) => new JsonObjectBuilder()
        .Set("id", change.NewId)
        .Set("previous_id", change.OldId == change.NewId ? default : JsonData.Of(change.OldId))
        .Set("renamed", change.Renamed is var (from, to) ? JsonData.Object(("from", from), ("to", to)) : default)
        .Set("changes", JsonData.Array(change.Fields.Select(Field)))
        .Build();

    private static JsonData Moved(ElementChange change) =>
        JsonData.Object(("node_id", change.NewId), ("changes", JsonData.Array(change.Layout.Select(Field))));

    // A field that is not there is left out, which tells it from one that is null.
    private static JsonData Field(FieldChange change) => new JsonObjectBuilder()
        .Set("pointer", change.Pointer)
        .Set("change", change.Old.IsMissing ? "added" : change.New.IsMissing ? "removed" : "changed")
        .Set("old", change.Old)
        .Set("new", change.New)
        .Build();

    private static JsonData Texts(IReadOnlyList<string> texts) => JsonData.Array(texts.Select(JsonData.Of));
}
