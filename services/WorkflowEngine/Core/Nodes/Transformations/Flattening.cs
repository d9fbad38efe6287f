using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// flatten: with <c>flatten_config.field</c>, the elements of that list become the items. Without, lists inside the list are
/// unpacked and nested objects get dotted names. <c>depth</c> says how many levels.
/// </summary>
internal static class Flattening
{
    private const int MaxItems = 1_000_000;

    public static JsonData Flatten(JsonData items, JsonData config)
    {
        int? depth = config["depth"].TryGetInteger(out var given) ? (int)Math.Clamp(given, 0, JsonData.MaxDepth) : null;
        var flat = new List<JsonData>();
        foreach (var item in items.Items)
        {
            if (config["field"].Text is { } field)
            {
                Unpack(item, field, config["keep_fields"].IsTrue, depth ?? 1, flat);
            }
            else
            {
                // Without a depth lists are unpacked once, and objects all the way.
                Unpack(item, depth ?? 1, element => element.IsObject ? Names(element, config["separator"].Text ?? ".", depth ?? JsonData.MaxDepth) : element, flat);
            }
        }

        return JsonData.Array(flat);
    }

    /// <summary>With keep_fields each element stands in a copy of its item, in the place of the list.</summary>
    private static void Unpack(JsonData item, string field, bool keepsFields, int depth, List<JsonData> flat)
    {
        var elements = new List<JsonData>();
        if (Values.Path(item, field) is { IsArray: true } list)
        {
            foreach (var element in list.Items)
            {
                Unpack(element, depth - 1, one => one, elements);
            }
        }

        flat.AddRange(keepsFields ? elements.ConvertAll(element => item.With(field, element)) : elements);
        Check(flat);
    }

    private static void Unpack(JsonData value, int depth, Func<JsonData, JsonData> finish, List<JsonData> flat)
    {
        if (!value.IsArray || depth <= 0)
        {
            flat.Add(finish(value));
            return;
        }

        foreach (var element in value.Items)
        {
            if (element.IsArray)
            {
                Unpack(element, depth - 1, finish, flat);
            }
            else
            {
                // What was inside a list is an item of its own, not the author's object any more.
                flat.Add(element);
            }
        }

        Check(flat);
    }

    // Shared parts may stand for endlessly many items.
    private static void Check(List<JsonData> flat)
    {
        if (flat.Count > MaxItems)
        {
            throw new ExpressionException($"flatten makes more than {MaxItems} items.", 0) { Parameter = "flatten_config" };
        }
    }

    private static JsonData Names(JsonData value, string separator, int depth)
    {
        var builder = new JsonObjectBuilder(value.Count);
        Collect(value, "", separator, depth, builder);
        return builder.Build();
    }

    private static void Collect(JsonData value, string prefix, string separator, int depth, JsonObjectBuilder builder)
    {
        foreach (var (name, field) in value.Fields)
        {
            var full = prefix.Length == 0 ? name : prefix + separator + name;
            if (field.IsObject && field.Count > 0 && depth > 0)
            {
                Collect(field, full, separator, depth - 1, builder);
            }
            else
            {
                builder.Set(full, field);
            }
        }
    }
}
