using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions.Library;

/// <summary>
/// What is done with every item of a list: <c>orders.filter(o => o.total > 10)</c>, the same as
/// <c>filter(orders, item.total > 10)</c>; and where a value per item is wanted, a text is a path: <c>sum(orders, "total")</c>.
/// </summary>
internal static class ItemFunctions
{
    public static IReadOnlyList<Function> All { get; } =
    [
        Over("map", static args => Each(args, static (_, value) => value)),
        Over("filter", static args => Keep(args)),
        Over("find", static args => Place(args) is >= 0 and var at ? ListFunctions.Of(args[0])[at] : JsonData.Null),
        Over("findIndex", static args => Place(args)),
        Over("some", static args => Place(args) >= 0) with { Aliases = ["any"] },
        Over("every", static args => Place(args, wanted: false) < 0) with { Aliases = ["all"] },
        Over("flatMap", static args => FlatMap(args)),
        Over("groupBy", static args => GroupBy(args)),
        Over("indexBy", static args => IndexBy(args)),
        new("pluck", 2, 2, static args => Pluck(args)),
        new("reduce", 2, 3, static args => Reduce(args)) { PerItem = 1, NeedsParameters = true },
        ByKey("unique", static args => Unique(args)),
        new("sort", 1, 3, static args => Sort(args)) { PerItem = 1, Aliases = ["sortBy"] },
        ByKey("count", static args => args.Has(1) ? Count(args) : ListFunctions.Of(args[0]).Count),
        ByKey("sum", static args => Sum(Present(args))),
        ByKey("avg", static args => Present(args) is { Count: > 0 } values ? Operators.Divide(Sum(values), values.Count) : JsonData.Null) with { Aliases = ["average"] },
        ByKey("min", static args => Extreme(args, -1)) with { MaxArguments = Function.Any },
        ByKey("max", static args => Extreme(args, 1)) with { MaxArguments = Function.Any },
    ];

    private static Function Over(string name, Func<Arguments, JsonData> invoke) => new(name, 2, 2, invoke) { PerItem = 1 };

    private static Function ByKey(string name, Func<Arguments, JsonData> invoke) => new(name, 1, 2, invoke) { PerItem = 1 };

    private static JsonData Each(Arguments args, Func<JsonData, JsonData, JsonData> make)
    {
        var list = ListFunctions.Of(args[0]);
        args.Evaluation.SpendItems(list.Count, args.Position);
        var made = new JsonData[list.Count];
        for (var at = 0; at < made.Length; at++)
        {
            var value = make(list[at], args.ForItem(1, list[at], at));
            made[at] = value.IsMissing ? JsonData.Null : value;
        }

        return Evaluation.Shallow(JsonData.Adopt(made), args.Position);
    }

    private static JsonData Keep(Arguments args)
    {
        var list = ListFunctions.Of(args[0]);
        var kept = new List<JsonData>();
        for (var at = 0; at < list.Count; at++)
        {
            args.Evaluation.Spend(args.Position);
            if (Values.IsTruthy(args.ForItem(1, list[at], at)))
            {
                kept.Add(list[at]);
            }
        }

        return args.List(kept);
    }

    private static int Place(Arguments args, bool wanted = true)
    {
        var list = ListFunctions.Of(args[0]);
        for (var at = 0; at < list.Count; at++)
        {
            args.Evaluation.Spend(args.Position);
            if (Values.IsTruthy(args.ForItem(1, list[at], at)) == wanted)
            {
                return at;
            }
        }

        return -1;
    }

    private static JsonData FlatMap(Arguments args)
    {
        var items = new List<JsonData>();
        foreach (var made in Each(args, static (_, value) => value).Items)
        {
            var more = ListFunctions.Of(made);
            args.Evaluation.SpendMore(items.Count, more.Count, args.Position);
            items.AddRange(more.Items);
        }

        return args.List(items);
    }

    private static JsonData GroupBy(Arguments args)
    {
        var groups = new Dictionary<string, List<JsonData>>(StringComparer.Ordinal);
        var names = new List<string>();
        Each(args, (item, key) =>
        {
            var name = args.Evaluation.Display(key, args.Position);
            if (!groups.TryGetValue(name, out var group))
            {
                args.Evaluation.Spend(args.Position, 4);
                groups[name] = group = [];
                names.Add(name);
            }

            group.Add(item);
            return JsonData.Null;
        });
        var builder = new JsonObjectBuilder(names.Count);
        foreach (var name in names)
        {
            builder.Set(name, args.List(groups[name]));
        }

        return args.Evaluation.Object(builder, args.Position);
    }

    private static JsonData IndexBy(Arguments args)
    {
        var builder = new JsonObjectBuilder();
        Each(args, (item, key) =>
        {
            builder.Set(args.Evaluation.Display(key, args.Position), item);
            return JsonData.Null;
        });
        return args.Evaluation.Object(builder, args.Position);
    }

    private static JsonData Pluck(Arguments args)
    {
        var path = args.Text(1);
        var list = ListFunctions.Of(args[0]);
        args.Evaluation.SpendItems(list.Count * 2L, args.Position);
        var made = new JsonData[list.Count];
        for (var at = 0; at < made.Length; at++)
        {
            made[at] = Values.Path(list[at], path) is { IsMissing: false } value ? value : JsonData.Null;
        }

        return JsonData.Adopt(made);
    }

    /// <summary>Without a value to begin with, the first item is it.</summary>
    private static JsonData Reduce(Arguments args)
    {
        var list = ListFunctions.Of(args[0]);
        var at = args.Has(2) ? 0 : 1;
        var value = args.Has(2) ? args[2] : list.Count == 0 ? JsonData.Null : list[0];
        for (; at < list.Count; at++)
        {
            args.Evaluation.Spend(args.Position);
            value = args.ForItem(1, value, list[at], at);
        }

        return value;
    }

    private static JsonData Unique(Arguments args)
    {
        if (!args.Has(1))
        {
            return ListFunctions.Distinct(args, ListFunctions.Of(args[0]));
        }

        var seen = new HashSet<JsonData>();
        var kept = new List<JsonData>();
        Each(args, (item, key) =>
        {
            args.Evaluation.SpendWalk(key, args.Position);
            if (seen.Add(key.IsMissing ? JsonData.Null : key))
            {
                kept.Add(item);
            }

            return JsonData.Null;
        });
        return args.List(kept);
    }

    /// <summary>Numbers, then texts, then the rest, what has no value last; items that are equal keep their order.</summary>
    private static JsonData Sort(Arguments args)
    {
        var list = ListFunctions.Of(args[0]);
        var keys = args.Has(1) && !IsDirection(args) ? Each(args, static (_, key) => key) : list;
        var descending = args.Text(IsDirection(args) ? 1 : 2, "asc").StartsWith("desc", StringComparison.OrdinalIgnoreCase);
        args.Evaluation.SpendWalk(keys, args.Position);
        args.Evaluation.SpendItems(list.Count, args.Position);
        args.Evaluation.Spend(args.Position, list.Count * (long)Math.Log2(list.Count + 1));
        var order = Ordering.Places(keys, descending);
        return JsonData.Adopt(Array.ConvertAll(order, at => list[at]));
    }

    // sort(list, "desc") has no key, only a direction.
    private static bool IsDirection(Arguments args) =>
        args.Count == 2 && args.IsLiteral(1, "asc", "desc", "ascending", "descending");

    private static JsonData Count(Arguments args)
    {
        var count = 0;
        Each(args, (_, holds) =>
        {
            count += Values.IsTruthy(holds) ? 1 : 0;
            return JsonData.Null;
        });
        return count;
    }

    /// <summary>The values of the list, or what the second argument makes of its items; without those that are null.</summary>
    private static List<JsonData> Present(Arguments args)
    {
        var values = args.Has(1) ? Each(args, static (_, value) => value) : ListFunctions.Of(args[0]);
        args.Evaluation.SpendItems(values.Count, args.Position);
        var present = new List<JsonData>(values.Count);
        foreach (var value in values.Items)
        {
            if (!value.IsNull)
            {
                present.Add(value);
            }
        }

        return present;
    }

    private static JsonData Sum(List<JsonData> values)
    {
        JsonData sum = 0;
        foreach (var value in values)
        {
            sum = Values.TryNumber(value, out _) ? Operators.AddNumbers(sum, value) : sum;
        }

        return sum;
    }

    // min(list), min(list, "price"), min(3, 1, 2).
    private static JsonData Extreme(Arguments args, int sign)
    {
        var first = args[0];
        var values = args.Count > 1 && !first.IsArray ? Several(args) : Present(args);
        var extreme = JsonData.Null;
        foreach (var value in values)
        {
            args.Evaluation.Spend(args.Position, 1 + (value.Weight / 256));
            if (extreme.IsNull || Values.Compare(value, extreme) * sign > 0)
            {
                extreme = value;
            }
        }

        return extreme;
    }

    private static List<JsonData> Several(Arguments args)
    {
        var values = new List<JsonData>(args.Count);
        for (var at = 0; at < args.Count; at++)
        {
            if (args[at] is { IsNull: false } value)
            {
                values.Add(value);
            }
        }

        return values;
    }
}
