using System.Globalization;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions.Library;

/// <summary>Numbers. What is no number gives null; halves round away from zero, as people do it.</summary>
internal static class NumberFunctions
{
    private const int MaxDigits = 15;

    public static IReadOnlyList<Function> All { get; } =
    [
        new("add", 2, 2, static args => Operators.AddNumbers(args[0], args[1])),
        new("sub", 2, 2, static args => Operators.Subtract(args[0], args[1])),
        new("mul", 2, 2, static args => Operators.Multiply(args[0], args[1])),
        new("div", 2, 2, static args => Operators.Divide(args[0], args[1])),
        new("mod", 2, 2, static args => Operators.Remainder(args[0], args[1])),
        new("pow", 2, 2, static args => Of(args[0], args[1], Math.Pow)),
        new("abs", 1, 1, static args => Of(args[0], Math.Abs)),
        new("sign", 1, 1, static args => Of(args[0], static number => Math.Sign(number))),
        new("sqrt", 1, 1, static args => Of(args[0], Math.Sqrt)),
        new("floor", 1, 1, static args => Of(args[0], Math.Floor)),
        new("ceil", 1, 1, static args => Of(args[0], Math.Ceiling)),
        new("trunc", 1, 1, static args => Of(args[0], Math.Truncate)),
        new("round", 1, 2, static args => Rounded(args[0], args.Whole(1, 0, -MaxDigits, MaxDigits))),
        new("clamp", 3, 3, static args => Clamp(args[0], args[1], args[2])),
        new("formatNumber", 1, 4, static args => Format(args)),
        new("toFixed", 1, 2, static args => Values.TryNumber(args[0], out var number) ? Fixed(number, args.Whole(1, 0, 0, MaxDigits)) : JsonData.Null),
    ];

    public static JsonData Rounded(JsonData value, int digits)
    {
        if (value.TryGetInteger(out _) && digits >= 0)
        {
            return value;
        }

        return Values.TryNumber(value, out var number) ? Round(number, digits) : JsonData.Null;
    }

    /// <summary>The number with that many decimals, its thousands grouped.</summary>
    public static string Format(double number, int digits, string group, string point)
    {
        var text = Fixed(Math.Abs(number), digits);
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var (whole, fraction) = dot < 0 ? (text, "") : (text[..dot], text[(dot + 1)..]);
        for (var at = whole.Length - 3; at > 0 && group.Length > 0; at -= 3)
        {
            whole = whole.Insert(at, group);
        }

        var isNegative = number < 0 && text.AsSpan().IndexOfAnyInRange('1', '9') >= 0;
        return (isNegative ? "-" : "") + whole + (fraction.Length > 0 ? point + fraction : "");
    }

    private static string Fixed(double number, int digits) =>
        Round(number, digits).ToString($"F{digits.ToString(CultureInfo.InvariantCulture)}", CultureInfo.InvariantCulture);

    // Through decimal where it fits: 1.005 is the number that is meant, not the binary one just below it.
    private static double Round(double number, int digits)
    {
        if (digits >= 0 && Math.Abs(number) < 1e12)
        {
            return (double)Math.Round((decimal)number, digits, MidpointRounding.AwayFromZero);
        }

        var scale = Math.Pow(10, -digits);
        return digits >= 0 ? number : Math.Round(number / scale, MidpointRounding.AwayFromZero) * scale;
    }

    private static JsonData Format(Arguments args) => Values.TryNumber(args[0], out var number)
        ? args.Evaluation.Text(Format(number, args.Whole(1, 2, 0, MaxDigits), args.Text(2, ","), args.Text(3, ".")), args.Position)
        : JsonData.Null;

    private static JsonData Of(JsonData value, Func<double, double> compute) => Values.TryNumber(value, out var number) ? compute(number) : JsonData.Null;

    private static JsonData Of(JsonData left, JsonData right, Func<double, double, double> compute) =>
        Values.TryNumber(left, out var first) && Values.TryNumber(right, out var second) ? compute(first, second) : JsonData.Null;

    private static JsonData Clamp(JsonData value, JsonData low, JsonData high)
    {
        if (!Values.TryNumber(value, out var number) || !Values.TryNumber(low, out var min) || !Values.TryNumber(high, out var max))
        {
            return JsonData.Null;
        }

        return number < min ? low : number > max ? high : value;
    }
}
