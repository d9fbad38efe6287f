using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

internal enum Operator
{
    Equal,
    NotEqual,
    Identical,
    NotIdentical,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

internal sealed class Binary(int position, Operator symbol, Syntax left, Syntax right) : Syntax(position, Above(left, right))
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
    /// <summary>Binary operators, loosest first; those of one level are read from left to right.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, Operator>> Levels { get; } =
    [
        new Dictionary<string, Operator>
        {
            ["=="] = Operator.Equal, ["!="] = Operator.NotEqual, ["==="] = Operator.Identical, ["!=="] = Operator.NotIdentical,
        },
        new Dictionary<string, Operator>
        {
            [">"] = Operator.Greater, [">="] = Operator.GreaterOrEqual, ["<"] = Operator.Less, ["<="] = Operator.LessOrEqual,
        },
        new Dictionary<string, Operator> { ["+"] = Operator.Add, ["-"] = Operator.Subtract },
        new Dictionary<string, Operator> { ["*"] = Operator.Multiply, ["/"] = Operator.Divide, ["%"] = Operator.Remainder },
    ];

    public static JsonData Apply(Operator symbol, JsonData left, JsonData right, Evaluation evaluation, int position) => symbol switch
    {
        Operator.Equal => Values.LooselyEqual(left, right),
        Operator.NotEqual => !Values.LooselyEqual(left, right),
        Operator.Identical => left == right || (left.IsNull && right.IsNull),
        Operator.NotIdentical => left != right && !(left.IsNull && right.IsNull),
        Operator.Greater => Values.Compare(left, right) > 0,
        Operator.GreaterOrEqual => Values.Compare(left, right) >= 0,
        Operator.Less => Values.Compare(left, right) < 0,
        Operator.LessOrEqual => Values.Compare(left, right) <= 0,
        Operator.Add => Add(left, right, evaluation, position),
        Operator.Subtract => Subtract(left, right),
        Operator.Multiply => Multiply(left, right),
        Operator.Divide => Divide(left, right),
        Operator.Remainder => Remainder(left, right),
    };

    /// <summary>Texts and lists are joined, numbers added.</summary>
    public static JsonData Add(JsonData left, JsonData right, Evaluation evaluation, int position)
    {
        if (left.IsString || right.IsString)
        {
            var (first, second) = (evaluation.Display(left, position), evaluation.Display(right, position));
            evaluation.SpendText((long)first.Length + second.Length, position);
            return first + second;
        }

        if (left.IsArray && right.IsArray)
        {
            evaluation.SpendItems((long)left.Count + right.Count, position);
            return JsonData.Adopt([.. left.Items, .. right.Items]);
        }

        return AddNumbers(left, right);
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
