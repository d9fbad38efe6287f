using System.Globalization;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Logs;

/// <summary>What a node did, for somebody who wants to know what became of the work and not how.</summary>
public static class FriendlyText
{
    /// <summary>One short sentence about a node that has succeeded.</summary>
    public static string Done(NodeRecord node)
    {
        var result = node.Output["result"];
        return (node.NodeType, node.NodeSubtype) switch
        {
            ("TRIGGER", _) => $"{node.NodeName}: here it began",
            ("FLOW", "IF") => $"{node.NodeName}: {(node.Output["true"].IsNull ? "no" : "yes")}",
            ("FLOW", "FILTER") when Count(result["filter_stats"]["total_input"]) is { } all =>
                $"{node.NodeName}: {Count(result["filter_stats"]["items_passed"]) ?? "some"} of {all} kept",
            ("FLOW", "SORT") when Count(result["sort_stats"]["total_items"]) is { } all => $"{node.NodeName}: {all} put in order",
            ("FLOW", "MERGE") when Count(result["merge_stats"]["items_merged"]) is { } all => $"{node.NodeName}: {all} brought together",
            ("FLOW", "LOOP" or "FOR_EACH" or "WHILE") when Count(result["total_iterations"]) is { } rounds =>
                $"{node.NodeName}: gone through {rounds} times",
            ("ACTION", "HTTP_REQUEST" or "WEBHOOK_CALL") when Count(result["status_code"]) is { } status => $"{node.NodeName}: answered with {status}",
            ("ACTION", "DATA_TRANSFORMATION") when Count(result["original_count"]) is { } from && Count(result["output_count"]) is { } to =>
                $"{node.NodeName}: made {to} of {from}",
            _ => $"{node.NodeName} done",
        };
    }

    /// <summary>Whether what the node gives is data it has worked on, rather than an answer or a way to go on.</summary>
    public static bool IsDataProcessing(NodeRecord node) =>
        (node.NodeType, node.NodeSubtype) is ("FLOW", "FILTER" or "SORT" or "MERGE") or ("ACTION", "DATA_TRANSFORMATION" or "DATA_VALIDATION" or "DATA_FORMATTING");

    private static string? Count(JsonData value) => value.TryGetInteger(out var count) ? count.ToString(CultureInfo.InvariantCulture) : null;
}
