using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AiTeams.Scheduler.Triggers;
using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.Scheduler.Deployments;

/// <summary>A stored document as deploying sees it: its triggers, and what is left to fill in. The engine has checked the rest when it was saved.</summary>
internal static partial class DeployableWorkflow
{
    /// <summary>
    /// The trigger nodes that are to listen: those <c>triggers</c> lists, or all when it lists none; disabled ones are left out. Problems: a
    /// placeholder left over anywhere (a template's author leaves them for the user to fill in), or no trigger at all.
    /// </summary>
    public static (IReadOnlyList<TriggerNode> Triggers, IReadOnlyList<Problem> Problems) Read(Guid workflowId, JsonObject document)
    {
        var triggers = new List<TriggerNode>();
        var problems = new List<Problem>();
        var listed = (document["triggers"] as JsonArray)?.Select(Text).OfType<string>().ToHashSet(StringComparer.Ordinal) ?? [];
        var nodes = document["nodes"] as JsonArray ?? [];
        for (var position = 0; position < nodes.Count; position++)
        {
            if (nodes[position] is not JsonObject node || IsDisabled(node) || Text(node["id"]) is not { } id)
            {
                continue;
            }

            FindPlaceholders(node, $"/nodes/{position}", id, problems);
            if (Text(node["type"]) == "TRIGGER" && (listed.Count == 0 || listed.Contains(id)))
            {
                triggers.Add(new TriggerNode(
                    workflowId, id, Text(node["name"]) ?? id, Text(node["subtype"]) ?? "", node["configurations"] as JsonObject ?? [], position));
            }
        }

        if (triggers.Count == 0)
        {
            problems.Add(new Problem("no_trigger", "The workflow has no enabled trigger node, so there is nothing to deploy.", "/nodes")
            {
                Hint = "Add a node of type TRIGGER, or enable the one there is.",
            });
        }

        return (triggers, problems);
    }

    private static void FindPlaceholders(JsonNode? value, string pointer, string nodeId, List<Problem> problems)
    {
        switch (value)
        {
            case JsonObject fields:
                foreach (var (name, field) in fields)
                {
                    FindPlaceholders(field, JsonPointer.Append(pointer, name), nodeId, problems);
                }

                break;
            case JsonArray items:
                for (var at = 0; at < items.Count; at++)
                {
                    FindPlaceholders(items[at], $"{pointer}/{at}", nodeId, problems);
                }

                break;
            case JsonValue when Text(value) is { } text && Placeholder().IsMatch(text):
                problems.Add(new Problem("placeholder_left", "A placeholder is still to be filled in here.", pointer)
                {
                    NodeId = nodeId,
                    Hint = "Put the real value in the place of {{$placeholder}}, save, and deploy again.",
                });
                break;
        }
    }

    private static bool IsDisabled(JsonObject node) => Flag(node["disabled"]) is true || Flag((node["configurations"] as JsonObject)?["enabled"]) is false;

    private static bool? Flag(JsonNode? value) => value is JsonValue flag && flag.TryGetValue(out bool found) ? found : null;

    private static string? Text(JsonNode? value) => value is JsonValue text && text.TryGetValue(out string? found) ? found : null;

    [GeneratedRegex(@"\{\{\s*\$placeholder\s*\}\}")]
    private static partial Regex Placeholder();
}
