using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

internal sealed class Binary(int position, string symbol, Syntax left, Syntax right) : Syntax(position, Above(left, right))
{
    protected override JsonData Compute(Evaluation evaluation)
    {
        var first = left.Evaluate(evaluation);
        var second = right.Evaluate(evaluation);
        // Comparing walks both sides as far as they are the same.
        evaluation.Spend(Position, Math.Min(first.Weight, second.Weight) / 256);
        return Operators.Apply(symbol, first, second, evaluation, Position);
    }
}

/// <summary>The two-sided operators. Arithmetic on what is no number gives null; dividing by zero gives null.</summary>
internal static class Operators
{
    public static JsonData Apply(string symbol, JsonData left, JsonData right, Evaluation evaluation, int position) => symbol switch
    {
        "==" => Values.LooselyEqual(left, right),
        "!=" => !Values.LooselyEqual(left, right),
        "===" => left == right || (left.IsNull && right.IsNull),
        "!==" => left != right && !(left.IsNull && right.IsNull),
        ">" => Values.Compare(left, right) > 0,
        ">=" => Values.Compare(left, right) >= 0,
        "<" => Values.Compare(left, right) < 0,
        "<=" => Values.Compare(left, right) <= 0,
        "+" => Add(left, right, evaluation, position),
        "-" => Subtract(left, right),
        "*" => Multiply(left, right),
        "/" => Divide(left, right),
        "%" => Remainder(left, right),
        _ => throw new ExpressionException($"'{symbol}' is not an operator.", position),
    };

    /// <summary>Texts and lists are joined, numbers added.</summary>
    public static JsonData Add(JsonData left, JsonData right, Evaluation evaluation, int position)
    {
        if (left.IsString || right.IsString)
        {
            return evaluation.Text(evaluation.Display(left, position) + evaluation.Display(right, position), position);
        }

        if (left.IsArray && right.IsArray)
        {
            return evaluation.List([.. left.Items, .. right.Items], position);
        }

        if (left.TryGetInteger(out var one) && right.TryGetInteger(out var other)
            && !OverflowsOnAdd(one, other))
        {
            return one + other;
        }

        return Both(left, right, out var first, out var second) ? first + second : JsonData.Null;
    }

    public static JsonData AddNumbers(JsonData left, JsonData right) =>
        left.TryGetInteger(out var one) && right.TryGetInteger(out var other) && !OverflowsOnAdd(one, other) ? one + other
        : Both(left, right, out var first, out var second) ? first + second
        : JsonData.Null;

    public static JsonData Subtract(JsonData left, JsonData right)
    {
        if (left.TryGetInteger(out var one) && right.TryGetInteger(out var other)
            && other != long.MinValue && !OverflowsOnAdd(one, -other))
        {
            return one - other;
        }

        return Both(left, right, out var first, out var second) ? first - second : JsonData.Null;
    }

    public static JsonData Multiply(JsonData left, JsonData right)
    {
        if (left.TryGetInteger(out var one) && right.TryGetInteger(out var other))
        {
            var product = Math.BigMul(one, other);
            if (product >= long.MinValue && product <= long.MaxValue)
            {
                return (long)product;
            }
        }

        return Both(left, right, out var first, out var second) ? first * second : JsonData.Null;
    }

    public static JsonData Divide(JsonData left, JsonData right)
    {
        if (left.TryGetInteger(out var one) && right.TryGetInteger(out var other)
            && other is not (0 or -1) && one % other == 0)
        {
            return one / other;
        }

        return Both(left, right, out var first, out var second) ? first / second : JsonData.Null;
    }

    public static JsonData Remainder(JsonData left, JsonData right)
    {
        if (left.TryGetInteger(out var one) && right.TryGetInteger(out var other) && other is not (0 or -1))
        {
            return one % other;
        }

        return Both(left, right, out var first, out var second) ? first % second : JsonData.Null;
    }

    private static bool Both(JsonData left, JsonData right, out double first, out double second)
    {
        second = 0;
        return Values.TryNumber(left, out first) && Values.TryNumber(right, out second);
    }

    private static bool OverflowsOnAdd(long one, long other) => other >= 0 ? one > long.MaxValue - other : one < long.MinValue - other;
}
