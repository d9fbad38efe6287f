using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// flatten: with <c>flatten_config.field</c>, the elements of that list become the items. Without, lists inside the list are
/// unpacked and nested objects get dotted names.
/// </summary>
internal static class Flattening
{
    public static JsonData Flatten(JsonData items, JsonData config)
    {
        var separator = config["separator"].Text ?? ".";
        var flat = new List<JsonData>();
        foreach (var item in items.Items)
        {
            var source = config["field"].Text is { } field ? Values.Path(item, field) : item;
            if (source.IsArray)
            {
                flat.AddRange(source.Items);
            }
            else if (config["field"].IsNull)
            {
                flat.Add(source.IsObject ? Names(source, separator) : source);
            }
        }

        return JsonData.Array(flat);
    }

    private static JsonData Names(JsonData value, string separator)
    {
        var builder = new JsonObjectBuilder(value.Count);
        Collect(value, "", separator, builder);
        return builder.Build();
    }

    private static void Collect(JsonData value, string prefix, string separator, JsonObjectBuilder builder)
    {
        foreach (var (name, field) in value.Fields)
        {
            var full = prefix.Length == 0 ? name : prefix + separator + name;
            if (field.IsObject && field.Count > 0)
            {
                Collect(field, full, separator, builder);
            }
            else
            {
                builder.Set(full, field);
            }
        }
    }
}
