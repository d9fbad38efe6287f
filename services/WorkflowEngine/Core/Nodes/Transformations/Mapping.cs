using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>map, filter and custom: the operations that evaluate expressions.</summary>
internal static class Mapping
{
    private const string Script = "transformation_script";

    /// <summary>
    /// field_mapping makes each item anew: a text without braces is a dot path into the item, a template is rendered for it,
    /// anything else stands for itself. With a script instead, its value is the new item.
    /// </summary>
    public static JsonData Map(NodeContext node, JsonData items)
    {
        var scopes = node.ItemScopes();
        if (!node.Node.PerItem.TryGetValue("field_mapping", out var mapping))
        {
            return node.Node.Expressions.TryGetValue(Script, out var script)
                ? Each(items, (item, index) => script.Evaluate(scopes.For(item, index)))
                : items;
        }

        var written = node.Node.Definition.Configurations["field_mapping"];
        return Each(items, (item, index) =>
        {
            var rendered = mapping.IsConstant ? written : mapping.Render(scopes.For(item, index));
            var made = new JsonObjectBuilder(written.Count);
            foreach (ref readonly var field in written.Fields)
            {
                var value = field.Value.Text is { } path && !Template.IsTemplate(path) ? Values.Path(item, path) : rendered[field.Key];
                made.Set(field.Key, value.IsMissing ? JsonData.Null : value);
            }

            return made.Build();
        });
    }

    public static JsonData Filter(NodeContext node, Condition[] conditions, JsonData items)
    {
        var scopes = node.ItemScopes();
        var script = node.Node.Expressions.GetValueOrDefault(Script);
        var kept = new List<JsonData>();
        for (var at = 0; at < items.Count; at++)
        {
            var index = at;
            if ((script is null || script.IsTrue(scopes.For(items[at], at)))
                && Array.TrueForAll(conditions, condition => Holds(condition, items[index], element => scopes.For(element, index))))
            {
                kept.Add(items[at]);
            }
        }

        return JsonData.Array(kept);
    }

    public static JsonData Custom(NodeContext node) =>
        node.Node.Expressions.TryGetValue(Script, out var script) && script.Evaluate(node.Scope) is { IsMissing: false } value
            ? value
            : JsonData.Null;

    private static bool Holds(Condition condition, JsonData item, Func<JsonData, ExpressionScope> scope)
    {
        try
        {
            return condition.Holds(item, scope);
        }
        catch (ConditionException)
        {
            // An item the condition cannot judge does not meet it; FLOW.FILTER is the node that reports such items.
            return false;
        }
    }

    private static JsonData Each(JsonData items, Func<JsonData, int, JsonData> make)
    {
        var made = new JsonData[items.Count];
        for (var at = 0; at < made.Length; at++)
        {
            var value = make(items[at], at);
            made[at] = value.IsMissing ? JsonData.Null : value;
        }

        return JsonData.Adopt(made);
    }
}
