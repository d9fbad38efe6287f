using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Tests.Expressions;

/// <summary>
/// Trees of operators are computed by a second, plain implementation and written down with no more parentheses than the table of
/// precedences asks for: what the language reads and computes must be the same.
/// </summary>
public sealed class ArithmeticOracleTests
{
    private static readonly string[][] Levels = [["?"], ["??"], ["||"], ["&&"], ["==", "!="], ["<", "<=", ">", ">="], ["+", "-"], ["*", "/", "%"]];

    [Theory]
    [InlineData(1)]
    [InlineData(20261122)]
    [InlineData(77)]
    public void What_is_read_is_what_was_meant(int seed)
    {
        var random = new Random(seed);
        for (var trial = 0; trial < 3000; trial++)
        {
            var tree = Grow(random, random.Next(1, 6));
            var source = Write(tree, 0);
            var value = Expression.Compile(source).Evaluate(ExpressionScope.Empty);

            Assert.True(Same(Compute(tree), value), $"seed {seed}, trial {trial}: {source} gave {value}, not {Compute(tree) ?? "null"}.");
        }
    }

    private sealed record Tree(string Symbol, object? Value, params Tree[] Parts);

    private static Tree Grow(Random random, int depth)
    {
        if (depth == 0)
        {
            return new("", random.Next(12) switch { 0 => null, 1 => true, 2 => false, _ => (double)random.Next(0, 10) });
        }

        Tree Part() => Grow(random, random.Next(depth));
        return random.Next(10) switch
        {
            0 => new("!", null, Part()),
            1 => new("neg", null, Part()),
            2 => new("?", null, Part(), Part(), Part()),
            _ => Levels[random.Next(1, Levels.Length)] is var level ? new(level[random.Next(level.Length)], null, Part(), Part()) : throw new InvalidOperationException(),
        };
    }

    private static int LevelOf(Tree tree) => tree.Symbol switch
    {
        "" => 99,
        "!" or "neg" => 8,
        _ => Array.FindIndex(Levels, level => level.Contains(tree.Symbol)),
    };

    private static string Write(Tree tree, int least)
    {
        var level = LevelOf(tree);
        var text = tree.Symbol switch
        {
            "" => tree.Value switch { null => "null", true => "true", false => "false", var number => FormattableString.Invariant($"{number}") },
            "!" => "!" + Write(tree.Parts[0], 8),
            "neg" => "-" + Write(tree.Parts[0], 8),
            "?" => $"{Write(tree.Parts[0], 1)}?{Write(tree.Parts[1], 0)}:{Write(tree.Parts[2], 0)}",
            // Left to right: the right side of the same level needs parentheses, the left side does not.
            _ => $"{Write(tree.Parts[0], level)} {tree.Symbol} {Write(tree.Parts[1], level + 1)}",
        };
        return level < least ? $"({text})" : text;
    }

    private static object? Compute(Tree tree)
    {
        object? Part(int at) => Compute(tree.Parts[at]);
        switch (tree.Symbol)
        {
            case "":
                return tree.Value;
            case "!":
                return !Truthy(Part(0));
            case "neg":
                return Part(0) is double number ? -number : null;
            case "?":
                return Truthy(Part(0)) ? Part(1) : Part(2);
            case "??":
                return Part(0) ?? Part(1);
            case "||":
                return Part(0) is var either && Truthy(either) ? either : Part(1);
            case "&&":
                return Part(0) is var both && !Truthy(both) ? both : Part(1);
            case "==":
                return Equals(Part(0), Part(1));
            case "!=":
                return !Equals(Part(0), Part(1));
        }

        var (left, right) = (Part(0) as double?, Part(1) as double?);
        return tree.Symbol switch
        {
            "<" => left < right,
            "<=" => left <= right,
            ">" => left > right,
            ">=" => left >= right,
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "/" => right == 0 ? null : left / right,
            _ => right == 0 ? null : left % right,
        };
    }

    private static bool Truthy(object? value) => value switch { null or false or 0.0 => false, _ => true };

    private static new bool Equals(object? left, object? right) =>
        left is double one && right is double other ? one == other : object.Equals(left, right);

    private static bool Same(object? expected, JsonData value) => expected switch
    {
        null => value.IsNull,
        bool flag => value.IsBoolean && value.IsTrue == flag,
        double number => value.TryGetNumber(out var found) && (found == number || Math.Abs(found - number) <= Math.Abs(number) * 1e-12),
        _ => false,
    };
}
