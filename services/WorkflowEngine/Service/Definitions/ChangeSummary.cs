using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions.Comparison;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>A difference in numbers, as it stands beside a version in the list and at the head of a comparison.</summary>
internal static class ChangeSummary
{
    public static JsonData Of(WorkflowDiff diff) => JsonData.Object(
        ("nodes_added", diff.Nodes.Added.Count),
        ("nodes_removed", diff.Nodes.Removed.Count),
        ("nodes_changed", diff.Nodes.Changed.Count(change => change.Fields.Count > 0)),
        ("nodes_renamed", diff.Nodes.Changed.Count(change => change.Renamed is not null)),
        ("nodes_moved", diff.Nodes.Changed.Count(change => change.Layout.Count > 0)),
        ("connections_added", diff.Connections.Added.Count),
        ("connections_removed", diff.Connections.Removed.Count),
        ("connections_changed", diff.Connections.Changed.Count),
        ("sections", JsonData.Array(diff.Fields.Select(Section).Distinct(StringComparer.Ordinal).Select(JsonData.Of))),
        ("layout_only", diff.IsLayoutOnly));

    /// <summary>The top-level field a change is in: settings, variables, triggers, ….</summary>
    public static string Section(FieldChange change) => Pointer.Split(change.Pointer) is [var section, ..] ? section : "";
}
