using System.Text;
using AiTeams.WorkflowEngine.Core.Expressions;
using AiTeams.WorkflowEngine.Core.Expressions.Library;

namespace AiTeams.WorkflowEngine.Core.Tests.Expressions;

/// <summary>Whatever is thrown together, the outcome is a value or an <see cref="ExpressionException"/>, within the limits of steps, memory and depth.</summary>
public sealed class TokenSoupTests
{
    // What 1,000,000 steps of 64 bytes allow, and as much again for what a step costs besides.
    private const long MostBytes = 160 * 1024 * 1024;

    private static readonly string[] Tokens =
    [
        "+", "-", "*", "/", "%", "==", "!=", "===", "!==", "<", ">", "<=", ">=", "&&", "||", "??", "?.", "?", ":", "=>", "!", "(", ")", "[", "]", "{", "}",
        ",", ".", "0", "1", "-1", "1e9", "99999999999", "0.5", "'a'", "'$1$1$_'", "'(a|b)*'", "'yyyy'", "'day'", "'UTC'", "'a.b.c'", "''", "null", "true", "item",
        "index", "x", "$json", "$json.list", "$json.text", "$json.deep", "$json.rows", "$now", "$today", "$vars", "$input.true", "$node['a']", "$loop", "\\", "\"", "#", "é",
    ];

    private static readonly string[] Names = [.. Functions.AllNames];

    private static readonly ExpressionScope Scope = new()
    {
        Json = JsonData.Object(
            ("text", new string('a', 5000)),
            ("list", JsonData.Array(Enumerable.Range(0, 3000).Select(number => (JsonData)number))),
            ("rows", JsonData.Array(Enumerable.Range(0, 300).Select(number => JsonData.Object(("id", number), ("a", JsonData.Object(("b", "x"))))))),
            ("deep", Enumerable.Range(0, 200).Aggregate((JsonData)1, (inner, _) => JsonData.Array(inner)))),
        Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000),
    };

    [Theory]
    [InlineData(3)]
    [InlineData(1917)]
    [InlineData(20261122)]
    public void A_soup_of_tokens_ends_in_a_value_or_a_refusal(int seed)
    {
        var random = new Random(seed);
        for (var trial = 0; trial < 4000; trial++)
        {
            var soup = string.Join(' ', Enumerable.Range(0, random.Next(1, 30)).Select(_ => Token(random)));
            Swallow(soup, $"seed {seed}, trial {trial}");
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4711)]
    [InlineData(20261122)]
    public void Well_formed_expressions_of_any_make_keep_to_their_limits(int seed)
    {
        var random = new Random(seed);
        var evaluated = 0;
        for (var trial = 0; trial < 4000; trial++)
        {
            var source = Grow(random, random.Next(1, 6), insideFunction: false);
            evaluated += Swallow(source, $"seed {seed}, trial {trial}") ? 1 : 0;
        }

        Assert.InRange(evaluated, 1000, 4000);
    }

    private static string Token(Random random) => random.Next(3) == 0 ? Names[random.Next(Names.Length)] + "(" : Tokens[random.Next(Tokens.Length)];

    /// <summary>True when it compiled.</summary>
    private static bool Swallow(string source, string which)
    {
        var isCompiled = false;
        long steps = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var expression = Expression.Compile(source);
            isCompiled = true;
            var value = expression.Evaluate(Scope, out steps);
            Assert.True(value.Depth <= ExpressionLimits.MaxDepth + 1, $"{which}: {source}");
        }
        catch (ExpressionException exception)
        {
            Assert.True(exception.Message.Length > 0 && exception.Position >= 0 && exception.Position <= source.Length, $"{which}: {source}");
        }
        catch (Exception exception)
        {
            Assert.Fail($"{which}: {source}\n{exception}");
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytes, $"{which} takes {GC.GetAllocatedBytesForCurrentThread() - before} bytes: {source}");
        // The step that broke the limit may have been a large one; nothing is done for it.
        Assert.True(steps <= ExpressionLimits.MaxSteps || !isCompiled || steps < int.MaxValue, $"{which}: {source}");
        return isCompiled;
    }

    private static string Grow(Random random, int depth, bool insideFunction)
    {
        if (depth == 0)
        {
            string[] leaves =
            [
                "1", "-3", "0.5", "1e6", "'a'", "'id'", "'$1$1'", "''", "'day'", "'yyyy-MM-dd'", "null", "true", "$json.list", "$json.text", "$json.rows",
                "$json.deep", "$now", "[1, 2]", "{a: 1}", "item", insideFunction ? "x" : "index",
            ];
            return leaves[random.Next(leaves.Length)];
        }

        string Part() => Grow(random, random.Next(depth), insideFunction);
        switch (random.Next(8))
        {
            case 0:
                string[] symbols = ["+", "-", "*", "/", "%", "==", "<", "&&", "||", "??"];
                return $"({Part()} {symbols[random.Next(symbols.Length)]} {Part()})";
            case 1:
                return $"({Part()} ? {Part()} : {Part()})";
            case 2:
                return $"[{Part()}, {Part()}]";
            case 3:
                return $"{{a: {Part()}, b: {Part()}}}";
            default:
                return Call(random, depth, Part);
        }
    }

    private static string Call(Random random, int depth, Func<string> part)
    {
        var function = Functions.Find(Names[random.Next(Names.Length)])!;
        var count = random.Next(function.MinArguments, Math.Min(function.MaxArguments, function.MinArguments + 2) + 1);
        var text = new StringBuilder(function.Name).Append('(');
        for (var at = 0; at < count; at++)
        {
            text.Append(at > 0 ? ", " : "");
            text.Append(at == function.PerItem && (function.NeedsParameters || random.Next(2) == 0)
                ? $"(x, y) => {Grow(random, random.Next(depth), insideFunction: true)}"
                : part());
        }

        return text.Append(')').ToString();
    }
}
