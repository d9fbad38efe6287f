using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// join: each item with every match from the other list, which is <c>join_config.with</c> or the input <c>join_data</c>. Where both
/// have a field, the left one stays.
/// </summary>
internal static class Joining
{
    // Two lists of equal keys multiply; a result this size is a mistake.
    private const int MaxRows = 100_000;

    public static JsonData Join(JsonData left, JsonData config, JsonData joinData)
    {
        var right = Lists.Of(config["with"].IsNull ? joinData : config["with"])
            ?? throw new ExpressionException("join needs a second list: join_config.with or the input 'join_data'.", 0) { Parameter = "join_config" };
        var leftKey = config["left_key"].Text ?? config["key"].Text ?? "id";
        var rightKey = config["right_key"].Text ?? config["key"].Text ?? leftKey;
        var keepsUnmatched = config["type"].Text == "left";

        var matches = right.Items.ToArray().ToLookup(item => Values.Path(item, rightKey));
        var rows = new List<JsonData>();
        foreach (var item in left.Items)
        {
            var key = Values.Path(item, leftKey);
            var found = key.IsNull ? [] : matches[key];
            var before = rows.Count;
            foreach (var match in found)
            {
                rows.Add(match.Overlay(item));
                if (rows.Count > MaxRows)
                {
                    throw new ExpressionException($"join makes more than {MaxRows} rows.", 0) { Parameter = "join_config" };
                }
            }

            if (rows.Count == before && keepsUnmatched)
            {
                rows.Add(item);
            }
        }

        return JsonData.Array(rows);
    }
}
