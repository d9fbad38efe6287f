using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// group_by, aggregate and pivot. A figure is called field_function, as in <c>amount_sum</c>; items without a value for the field
/// do not count.
/// </summary>
internal static class Aggregation
{
    public static IReadOnlyList<string> Functions { get; } =
        ["sum", "avg", "min", "max", "median", "stddev", "count", "count_distinct", "first", "last", "list", "concat"];

    // Rows that have no column in common make a table of their number squared.
    private const long MaxCells = 5_000_000;

    public static IEnumerable<(string Field, string Message)> Check(JsonData functions)
    {
        foreach (var (field, value) in functions.Fields.ToArray())
        {
            foreach (var name in Names(value))
            {
                if (!Functions.Contains(name))
                {
                    yield return (field, $"There is no aggregation '{name}'; there are {string.Join(", ", Functions)}.");
                }
            }
        }
    }

    public static JsonData Aggregate(JsonData items, JsonData fields, JsonData functions) =>
        Rows(items, fields, group => Figures(new JsonObjectBuilder(), group, functions));

    public static JsonData Group(JsonData items, JsonData fields, JsonData functions) =>
        Rows(items, fields, group => Figures(
            new JsonObjectBuilder().Set("count", group.Count).Set("items", JsonData.Array(group)), group, functions));

    /// <summary>One row per value of index, one column per value of columns, each cell a figure over values; where there are none, <c>fill</c>.</summary>
    public static JsonData Pivot(JsonData items, JsonData config)
    {
        var index = config["index"].ToDisplayText();
        var columns = config["columns"].ToDisplayText();
        var values = config["values"].ToDisplayText();
        var function = config["function"].Text ?? "sum";
        var fill = config["fill"];
        var all = fill.IsMissing ? [] : Split(items.Items.ToArray(), item => Values.Path(item, columns)).ConvertAll(column => column.Key.ToDisplayText());
        if ((long)all.Count * items.Count > MaxCells)
        {
            throw new ExpressionException($"pivot makes more than {MaxCells} cells.", 0) { Parameter = "pivot_config" };
        }

        return Rows(items, JsonData.Array(index), group =>
        {
            var row = new JsonObjectBuilder();
            foreach (var name in all)
            {
                row.Set(name, fill);
            }

            foreach (var (column, cell) in Split(group, item => Values.Path(item, columns)))
            {
                row.Set(column.ToDisplayText(), Figure(function, cell.ConvertAll(item => Values.Path(item, values))));
            }

            return row;
        });
    }

    public static IEnumerable<(string Parameter, string Message)> CheckPivot(JsonData config)
    {
        foreach (var name in new[] { "index", "columns", "values" })
        {
            if (config[name].Text is not { Length: > 0 })
            {
                yield return ($"pivot_config.{name}", $"'pivot_config' needs '{name}', a dot path.");
            }
        }

        if (config["function"].Text is { } function && !Functions.Contains(function) && !Template.IsTemplate(function))
        {
            yield return ("pivot_config.function", $"There is no aggregation '{function}'; there are {string.Join(", ", Functions)}.");
        }
    }

    private static JsonData Rows(JsonData items, JsonData fields, Func<List<JsonData>, JsonObjectBuilder> make)
    {
        var paths = (fields.IsString ? JsonData.Array(fields) : fields).Items.ToArray().Select(path => path.ToDisplayText()).ToArray();
        if (paths.Length == 0)
        {
            return JsonData.Array(make([.. items.Items]).Build());
        }

        var rows = new List<JsonData>();
        foreach (var (key, group) in Split(items.Items.ToArray(), item => JsonData.Array(paths.Select(path => OrNull(Values.Path(item, path))))))
        {
            var row = new JsonObjectBuilder();
            for (var at = 0; at < paths.Length; at++)
            {
                row.Set(paths[at], key[at]);
            }

            rows.Add(row.SetAll(make(group).Build()).Build());
        }

        return JsonData.Array(rows);
    }

    /// <summary>Groups in the order in which their keys first appear.</summary>
    private static List<(JsonData Key, List<JsonData> Group)> Split(IEnumerable<JsonData> items, Func<JsonData, JsonData> keyOf)
    {
        var places = new Dictionary<JsonData, int>();
        var groups = new List<(JsonData, List<JsonData>)>();
        foreach (var item in items)
        {
            var key = OrNull(keyOf(item));
            if (!places.TryGetValue(key, out var place))
            {
                places[key] = place = groups.Count;
                groups.Add((key, []));
            }

            groups[place].Item2.Add(item);
        }

        return groups;
    }

    private static JsonObjectBuilder Figures(JsonObjectBuilder row, List<JsonData> group, JsonData functions)
    {
        foreach (var (field, value) in functions.Fields)
        {
            var values = group.ConvertAll(item => Values.Path(item, field));
            foreach (var name in Names(value))
            {
                row.Set($"{field}_{name}", Figure(name, values));
            }
        }

        return row;
    }

    private static JsonData Figure(string function, List<JsonData> all)
    {
        var present = all.FindAll(value => !value.IsNull);
        var numbers = present.FindAll(value => Values.TryNumber(value, out _));
        return function switch
        {
            "sum" => Sum(numbers),
            "avg" => numbers.Count == 0 ? JsonData.Null : Operators.Divide(Sum(numbers), numbers.Count),
            "min" => Extreme(present, -1),
            "max" => Extreme(present, 1),
            "median" => Median(numbers),
            "stddev" => Deviation(numbers),
            "concat" => Concat(present),
            "count" => present.Count,
            "count_distinct" => present.Distinct().Count(),
            "first" => present.Count == 0 ? JsonData.Null : present[0],
            "last" => present.Count == 0 ? JsonData.Null : present[^1],
            "list" => JsonData.Array(present),
            _ => throw new ExpressionException($"There is no aggregation '{function}'; there are {string.Join(", ", Functions)}.", 0),
        };
    }

    private static JsonData Median(List<JsonData> numbers)
    {
        var sorted = numbers.Select(Number).Order().ToArray();
        return sorted.Length == 0 ? JsonData.Null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Of a sample: n - 1 below the line, so one value has none.</summary>
    private static JsonData Deviation(List<JsonData> numbers)
    {
        if (numbers.Count < 2)
        {
            return JsonData.Null;
        }

        var mean = numbers.Average(Number);
        return Math.Sqrt(numbers.Sum(number => Math.Pow(Number(number) - mean, 2)) / (numbers.Count - 1));
    }

    private static JsonData Concat(List<JsonData> values) =>
        values.Sum(value => value.Weight + 2) < ExpressionLimits.MaxPayloadWeight
            ? string.Join(", ", values.Select(value => value.ToDisplayText()))
            : throw new ExpressionException("'concat' makes too long a text.", 0);

    private static double Number(JsonData value) => Values.TryNumber(value, out var number) ? number : 0;

    private static JsonData Sum(List<JsonData> numbers)
    {
        JsonData sum = 0;
        foreach (var number in numbers)
        {
            sum = Operators.AddNumbers(sum, number);
        }

        return sum;
    }

    private static JsonData Extreme(List<JsonData> values, int sign)
    {
        var extreme = JsonData.Null;
        foreach (var value in values)
        {
            if (extreme.IsNull || Values.Compare(value, extreme) * sign > 0)
            {
                extreme = value;
            }
        }

        return extreme;
    }

    private static string[] Names(JsonData functions) =>
        functions.IsArray ? functions.Items.ToArray().Select(name => name.ToDisplayText()).ToArray() : [functions.ToDisplayText()];

    private static JsonData OrNull(JsonData value) => value.IsMissing ? JsonData.Null : value;
}
