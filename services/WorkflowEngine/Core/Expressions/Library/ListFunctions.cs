using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions.Library;

/// <summary>Lists as a whole. A value that is no list is a list of one, null an empty one; nothing is changed in place.</summary>
internal static class ListFunctions
{
    public static IReadOnlyList<Function> All { get; } =
    [
        new("first", 1, 2, static args => Edge(args, fromEnd: false)),
        new("last", 1, 2, static args => Edge(args, fromEnd: true)),
        new("slice", 2, 3, static args => Slice(args)) { Aliases = ["substring"] },
        new("reverse", 1, 1, static args => Reverse(args)),
        new("join", 1, 2, static args => Join(args)),
        new("concat", 1, Function.Any, static args => Concat(args)),
        new("flatten", 1, 2, static args => Flatten(args)) { Aliases = ["flat"] },
        new("chunk", 2, 2, static args => Chunk(args)),
        new("compact", 1, 1, static args => Where(args, static item => !TypeFunctions.IsEmpty(item))),
        new("zip", 2, Function.Any, static args => Zip(args)),
        new("range", 1, 3, static args => Range(args)),
        new("union", 2, 2, static args => Distinct(args, Concat(args))),
        new("difference", 2, 2, static args => Members(args, wanted: false)),
        new("intersection", 2, 2, static args => Members(args, wanted: true)),
    ];

    public static JsonData Of(JsonData value) => value.IsArray ? value : value.IsNull ? JsonData.EmptyArray : JsonData.Array(value);

    /// <summary>Each value once, in the order of first appearance.</summary>
    public static JsonData Distinct(Arguments args, JsonData list)
    {
        args.Evaluation.SpendWalk(list, args.Position);
        var seen = new HashSet<JsonData>();
        return Where(args, list, item => seen.Add(item));
    }

    private static JsonData Where(Arguments args, Func<JsonData, bool> keep) => Where(args, Of(args[0]), keep);

    private static JsonData Where(Arguments args, JsonData list, Func<JsonData, bool> keep)
    {
        args.Evaluation.SpendItems(list.Count, args.Position);
        var kept = new List<JsonData>();
        foreach (var item in list.Items)
        {
            if (keep(item))
            {
                kept.Add(item);
            }
        }

        return args.List(kept);
    }

    private static JsonData Edge(Arguments args, bool fromEnd)
    {
        var value = args[0];
        if (value.Text is { } text)
        {
            var length = Math.Min(text.Length, args.Whole(1, 1, 0));
            return fromEnd ? text[^length..] : text[..length];
        }

        var list = Of(value);
        if (!args.Has(1))
        {
            return list.Count == 0 ? JsonData.Null : list[fromEnd ? list.Count - 1 : 0];
        }

        var count = Math.Min(list.Count, args.Whole(1, 1, 0));
        return args.Evaluation.List(fromEnd ? list.Items[^count..].ToArray() : list.Items[..count].ToArray(), args.Position);
    }

    // As in JavaScript: the end is not included, negative places count from the end.
    private static JsonData Slice(Arguments args)
    {
        var value = args[0];
        var length = value.IsArray || value.IsNull ? value.Count : args.Evaluation.Display(value, args.Position).Length;
        var begin = Place(args.Whole(1, 0), length);
        var end = Math.Max(begin, Place(args.Whole(2, length), length));
        return value.IsArray ? args.Evaluation.List(value.Items[begin..end].ToArray(), args.Position)
            : value.IsNull ? JsonData.Null
            : args.Evaluation.Text(args.Evaluation.Display(value, args.Position)[begin..end], args.Position);
    }

    private static int Place(int index, int length) => Math.Clamp(index < 0 ? length + index : index, 0, length);

    private static JsonData Reverse(Arguments args)
    {
        var value = args[0];
        if (value.Text is { } text)
        {
            args.Evaluation.Spend(args.Position, text.Length);
            return args.Evaluation.Text(TextFunctions.Reversed(text), args.Position);
        }

        var items = Of(value).Items.ToArray();
        Array.Reverse(items);
        return args.Evaluation.List(items, args.Position);
    }

    private static JsonData Join(Arguments args)
    {
        var list = Of(args[0]);
        var separator = args.Text(1, ", ");
        args.Evaluation.SpendText(list.Weight + ((long)separator.Length * list.Count), args.Position);
        return string.Join(separator, list.Items.ToArray().Select(item => item.ToDisplayText()));
    }

    private static JsonData Concat(Arguments args)
    {
        var items = new List<JsonData>();
        for (var at = 0; at < args.Count; at++)
        {
            var list = Of(args[at]);
            args.Evaluation.SpendMore(items.Count, list.Count, args.Position);
            items.AddRange(list.Items);
        }

        return args.List(items);
    }

    private static JsonData Flatten(Arguments args)
    {
        var items = new List<JsonData>();
        Collect(Of(args[0]), args.Whole(1, 1, 0, ExpressionLimits.MaxDepth), items, args);
        return args.List(items);
    }

    private static void Collect(JsonData list, int depth, List<JsonData> items, Arguments args)
    {
        args.Evaluation.SpendItems(list.Count, args.Position);
        foreach (var item in list.Items)
        {
            if (item.IsArray && depth > 0)
            {
                Collect(item, depth - 1, items, args);
                continue;
            }

            items.Add(item);
            if (items.Count > ExpressionLimits.MaxItems)
            {
                return;
            }
        }
    }

    private static JsonData Chunk(Arguments args)
    {
        var list = Of(args[0]);
        var size = args.Whole(1, 1, 1);
        args.Evaluation.SpendItems(list.Count * 3L, args.Position);
        return JsonData.Array(list.Items.ToArray().Chunk(size).Select(JsonData.Adopt));
    }

    /// <summary><c>zip([1, 2], ["a", "b"])</c> is <c>[[1, "a"], [2, "b"]]</c>; as long as the longest, null where one is shorter.</summary>
    private static JsonData Zip(Arguments args)
    {
        var lists = new JsonData[args.Count];
        for (var at = 0; at < lists.Length; at++)
        {
            lists[at] = Of(args[at]);
        }

        var length = lists.Max(list => list.Count);
        args.Evaluation.SpendItems((long)length * (lists.Length + 2), args.Position);
        var rows = new JsonData[length];
        for (var at = 0; at < length; at++)
        {
            rows[at] = JsonData.Adopt(Array.ConvertAll(lists, list => list[at] is { IsMissing: false } item ? item : JsonData.Null));
        }

        return JsonData.Adopt(rows);
    }

    /// <summary><c>range(3)</c> is 0, 1, 2; <c>range(1, 4)</c> is 1, 2, 3; with a step up or down.</summary>
    private static JsonData Range(Arguments args)
    {
        var begin = args.Has(1) ? args.Whole(0, 0) : 0;
        var end = args.Whole(args.Has(1) ? 1 : 0, 0);
        var step = args.Whole(2, 1);
        var count = step == 0 ? 0 : Math.Max(0, ((long)end - begin + step - Math.Sign(step)) / step);
        args.Evaluation.SpendItems(count, args.Position);
        var items = new JsonData[count];
        for (var at = 0; at < items.Length; at++)
        {
            items[at] = begin + ((long)at * step);
        }

        return JsonData.Adopt(items);
    }

    private static JsonData Members(Arguments args, bool wanted)
    {
        var (list, other) = (Of(args[0]), Of(args[1]));
        args.Evaluation.SpendWalk(list, args.Position);
        args.Evaluation.SpendWalk(other, args.Position);
        var known = new HashSet<JsonData>([.. other.Items]);
        return Where(args, list, item => known.Contains(item) == wanted);
    }
}
