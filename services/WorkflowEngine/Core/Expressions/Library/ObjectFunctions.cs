using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions.Library;

/// <summary>Objects. What is no object counts as one without fields; nothing is changed in place.</summary>
internal static class ObjectFunctions
{
    public static IReadOnlyList<Function> All { get; } =
    [
        new("keys", 1, 1, static args => Fields(args, static field => field.Key)),
        new("values", 1, 1, static args => args[0] is { IsArray: true } list ? list : Fields(args, static field => field.Value)),
        new("entries", 1, 1, static args => Fields(args, static field => JsonData.Object(("key", field.Key), ("value", field.Value)))),
        new("fromEntries", 1, 1, static args => FromEntries(args)),
        new("merge", 1, Function.Any, static args => Merge(args)) { Aliases = ["assign"] },
        new("pick", 2, Function.Any, static args => Chosen(args, wanted: true)),
        new("omit", 2, Function.Any, static args => Chosen(args, wanted: false)),
        new("has", 2, 2, static args => !Values.Path(args[0], args.Text(1)).IsMissing),
        new("get", 2, 3, static args => Values.Path(args[0], args.Text(1)) is { IsNull: false } value ? value : args[2]),
        new("set", 3, 3, static args => Set(args)),
    ];

    private static JsonData Fields(Arguments args, Func<KeyValuePair<string, JsonData>, JsonData> make)
    {
        var value = args[0];
        args.Evaluation.SpendItems(value.Count * 4L, args.Position);
        var made = new List<JsonData>(value.Count);
        foreach (var field in value.Fields)
        {
            made.Add(make(field));
        }

        return args.List(made);
    }

    /// <summary>Entries are <c>{key, value}</c> or <c>[key, value]</c>.</summary>
    private static JsonData FromEntries(Arguments args)
    {
        var entries = ListFunctions.Of(args[0]);
        args.Evaluation.SpendItems(entries.Count, args.Position);
        var builder = new JsonObjectBuilder(entries.Count);
        foreach (var entry in entries.Items)
        {
            var (key, value) = entry.IsArray ? (entry[0], entry[1]) : (entry["key"].IsMissing ? entry["name"] : entry["key"], entry["value"]);
            if (!key.IsNull)
            {
                builder.Set(args.Evaluation.Display(key, args.Position), value.IsMissing ? JsonData.Null : value);
            }
        }

        return args.Evaluation.Object(builder, args.Position);
    }

    /// <summary>Later ones win; a list of objects is several.</summary>
    private static JsonData Merge(Arguments args)
    {
        var builder = new JsonObjectBuilder();
        for (var at = 0; at < args.Count; at++)
        {
            foreach (var source in ListFunctions.Of(args[at]).Items)
            {
                args.Evaluation.SpendMore(builder.Count, source.Count * 2, args.Position);
                builder.SetAll(source);
            }
        }

        return args.Evaluation.Object(builder, args.Position);
    }

    private static JsonData Chosen(Arguments args, bool wanted)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 1; at < args.Count; at++)
        {
            var given = ListFunctions.Of(args[at]);
            args.Evaluation.SpendItems(given.Count, args.Position);
            foreach (var name in given.Items)
            {
                names.Add(args.Evaluation.Display(name, args.Position));
            }
        }

        return Chosen(args, args[0], names, wanted);
    }

    private static JsonData Chosen(Arguments args, JsonData value, HashSet<string> names, bool wanted)
    {
        args.Evaluation.SpendItems(value.Count, args.Position);
        if (value.IsArray)
        {
            var items = value.Items.ToArray();
            return args.Evaluation.List(Array.ConvertAll(items, item => item.IsArray ? item : Chosen(args, item, names, wanted)), args.Position);
        }

        var builder = new JsonObjectBuilder();
        foreach (var (name, field) in value.Fields)
        {
            if (names.Contains(name) == wanted)
            {
                builder.Set(name, field);
            }
        }

        return builder.Build();
    }

    private static JsonData Set(Arguments args)
    {
        var path = args.Text(1).Split('.');
        if (path.Length > ExpressionLimits.MaxNesting)
        {
            throw new ExpressionException($"A path may have at most {ExpressionLimits.MaxNesting} steps.", args.Position);
        }

        return Evaluation.Shallow(With(args, args[0], path, args[2] is { IsMissing: false } value ? value : JsonData.Null), args.Position);
    }

    private static JsonData With(Arguments args, JsonData target, ReadOnlySpan<string> path, JsonData value)
    {
        if (path.IsEmpty)
        {
            return value;
        }

        args.Evaluation.SpendItems(target.Count + 1, args.Position);
        if (target.IsArray && int.TryParse(path[0], System.Globalization.CultureInfo.InvariantCulture, out var index)
            && (index < 0 ? index + target.Count : index) is var at && at >= 0 && at < target.Count)
        {
            var items = target.Items.ToArray();
            items[at] = With(args, items[at], path[1..], value);
            return JsonData.Adopt(items);
        }

        return target.With(path[0], With(args, target[path[0]], path[1..], value));
    }
}
