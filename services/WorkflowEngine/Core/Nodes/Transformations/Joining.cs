using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// join: each item with every match from the other list, which is <c>join_config.with</c> or the input <c>join_data</c>. Where both
/// have a field, the left one stays, unless the right ones are given a <c>right_prefix</c>.
/// </summary>
internal static class Joining
{
    // Two lists of equal keys multiply; a result this size is a mistake.
    private const int MaxRows = 100_000;

    private static readonly string[] Types = ["inner", "left", "right", "full"];

    public static IEnumerable<(string Parameter, string Message)> Check(JsonData config)
    {
        if (config["type"] is { IsNull: false } type && !Types.Contains(type.ToDisplayText()) && !Template.IsTemplate(type.ToDisplayText()))
        {
            yield return ("join_config.type", $"There is no join '{type.ToDisplayText()}'; there are {string.Join(", ", Types)}.");
        }
    }

    public static JsonData Join(JsonData left, JsonData config, JsonData joinData)
    {
        var right = Lists.Of(config["with"].IsNull ? joinData : config["with"])
            ?? throw new ExpressionException("join needs a second list: join_config.with or the input 'join_data'.", 0) { Parameter = "join_config" };
        var leftKey = config["left_key"].Text ?? config["key"].Text ?? "id";
        var rightKey = config["right_key"].Text ?? config["key"].Text ?? leftKey;
        var type = config["type"].Text ?? "inner";
        var prefix = config["right_prefix"].Text ?? "";

        var others = right.Items.ToArray();
        var matches = Enumerable.Range(0, others.Length).ToLookup(at => Values.Path(others[at], rightKey));
        var isMatched = new bool[others.Length];
        var rows = new List<JsonData>();
        foreach (var item in left.Items)
        {
            var key = Values.Path(item, leftKey);
            var before = rows.Count;
            foreach (var at in key.IsNull ? [] : matches[key])
            {
                isMatched[at] = true;
                Add(rows, Prefixed(others[at], prefix).Overlay(item));
            }

            if (rows.Count == before && type is "left" or "full")
            {
                Add(rows, item);
            }
        }

        for (var at = 0; at < others.Length && type is "right" or "full"; at++)
        {
            if (!isMatched[at])
            {
                Add(rows, Prefixed(others[at], prefix));
            }
        }

        return JsonData.Array(rows);
    }

    private static void Add(List<JsonData> rows, JsonData row)
    {
        if (rows.Count >= MaxRows)
        {
            throw new ExpressionException($"join makes more than {MaxRows} rows.", 0) { Parameter = "join_config" };
        }

        rows.Add(row);
    }

    private static JsonData Prefixed(JsonData item, string prefix)
    {
        if (prefix.Length == 0 || !item.IsObject)
        {
            return item;
        }

        var builder = new JsonObjectBuilder(item.Count);
        foreach (ref readonly var field in item.Fields)
        {
            builder.Set(prefix + field.Key, field.Value);
        }

        return builder.Build();
    }
}
