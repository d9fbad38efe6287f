using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>sort: by <c>sort_config</c> {field, direction}, or by several of them, the first one first.</summary>
internal static class Sorting
{
    private const int MaxKeys = 10;

    public static IEnumerable<(string Parameter, string Message)> Check(JsonData config)
    {
        var keys = Keys(config);
        if (keys.Length is 0 or > MaxKeys)
        {
            yield return ("sort_config", $"'sort_config' is {{field, direction}} or a list of 1 to {MaxKeys} of them.");
        }

        foreach (var key in keys)
        {
            if (!key.IsObject || key["field"].Text is null)
            {
                yield return ("sort_config", "Every part of 'sort_config' needs 'field'.");
            }
            else if (key["direction"] is { IsNull: false } direction && direction.Text is not ("asc" or "desc") && !Template.IsTemplate(direction.ToDisplayText()))
            {
                yield return ("sort_config", $"A direction is asc or desc, not '{direction.ToDisplayText()}'.");
            }
        }
    }

    public static JsonData Sort(JsonData items, JsonData config) => JsonData.Adopt(Ordering.Sort(
        items, Keys(config).Take(MaxKeys).Select(key => (key["field"].ToDisplayText(), key["direction"].Text == "desc")).ToArray()).Items);

    private static JsonData[] Keys(JsonData config) =>
        config.IsArray ? config.Items.ToArray() : config["fields"].IsArray ? config["fields"].Items.ToArray() : config.IsNull ? [] : [config];
}
