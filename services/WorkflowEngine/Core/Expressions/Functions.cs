using System.Collections.Frozen;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

internal sealed record Function(int MinArguments, int MaxArguments, Func<Arguments, JsonData> Invoke);

/// <summary>The functions there are. Not knowing one is an error when compiling, never a null when running.</summary>
internal static class Functions
{
    private const int Any = int.MaxValue;

    private static readonly FrozenDictionary<string, Function> Table = new Dictionary<string, Function>
    {
        ["not"] = new(1, 1, static args => !Values.IsTruthy(args[0])),
        ["and"] = new(1, Any, static args => AllOf(args)),
        ["or"] = new(1, Any, static args => AnyOf(args)),
        ["now"] = new(0, 0, static args => args.Evaluation.Scope.Now.ToUnixTimeMilliseconds()),
        ["len"] = new(1, 1, static args => args[0] is { IsString: true } text ? text.Text!.Length : args[0].Count),
        ["contains"] = new(2, 2, static args => Contains(args, args[0], args[1])),
        ["startswith"] = new(2, 2, static args => args.Text(0).StartsWith(args.Text(1), StringComparison.Ordinal)),
        ["endswith"] = new(2, 2, static args => args.Text(0).EndsWith(args.Text(1), StringComparison.Ordinal)),
        ["lower"] = new(1, 1, static args => args.Evaluation.Text(args.Text(0).ToLowerInvariant(), args.Position)),
        ["upper"] = new(1, 1, static args => args.Evaluation.Text(args.Text(0).ToUpperInvariant(), args.Position)),
        ["tonumber"] = new(1, 1, static args => ToNumber(args[0])),
        ["if"] = new(2, 3, static args => Values.IsTruthy(args[0]) ? args[1] : args[2]),
        ["clamp"] = new(3, 3, static args => Clamp(args[0], args[1], args[2])),
        ["add"] = new(2, 2, static args => Operators.AddNumbers(args[0], args[1])),
        ["sub"] = new(2, 2, static args => Operators.Subtract(args[0], args[1])),
        ["mul"] = new(2, 2, static args => Operators.Multiply(args[0], args[1])),
        ["div"] = new(2, 2, static args => Operators.Divide(args[0], args[1])),
        ["mod"] = new(2, 2, static args => Operators.Remainder(args[0], args[1])),
        ["regex"] = new(2, 3, static args => Matches(args)),
        ["coalesce"] = new(1, Any, static args => FirstPresent(args)),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static IReadOnlyList<string> Names { get; } = Table.Keys.Order(StringComparer.Ordinal).ToArray();

    public static Function? Find(string name) => Table.GetValueOrDefault(name);

    private static JsonData AllOf(Arguments args)
    {
        for (var at = 0; at < args.Count; at++)
        {
            if (!Values.IsTruthy(args[at]))
            {
                return false;
            }
        }

        return true;
    }

    private static JsonData AnyOf(Arguments args)
    {
        for (var at = 0; at < args.Count; at++)
        {
            if (Values.IsTruthy(args[at]))
            {
                return true;
            }
        }

        return false;
    }

    private static JsonData Contains(Arguments args, JsonData container, JsonData sought)
    {
        args.Evaluation.Spend(args.Position, container.Count + (container.Weight / 256));
        if (container.IsArray)
        {
            foreach (ref readonly var item in container.Items)
            {
                if (Values.LooselyEqual(item, sought))
                {
                    return true;
                }
            }

            return false;
        }

        return container.IsObject
            ? !Values.Step(container, args.Evaluation.Display(sought, args.Position)).IsMissing
            : args.Evaluation.Display(container, args.Position).Contains(args.Evaluation.Display(sought, args.Position), StringComparison.Ordinal);
    }

    private static JsonData ToNumber(JsonData value) =>
        value.IsNumber ? value
        : value.IsBoolean ? value.IsTrue ? 1 : 0
        : Values.TryNumber(value, out var number) ? number
        : JsonData.Null;

    private static JsonData Clamp(JsonData value, JsonData low, JsonData high)
    {
        if (!Values.TryNumber(value, out var number) || !Values.TryNumber(low, out var min) || !Values.TryNumber(high, out var max))
        {
            return JsonData.Null;
        }

        return number < min ? low : number > max ? high : value;
    }

    private static JsonData Matches(Arguments args)
    {
        var text = args.Text(0);
        var pattern = args.LiteralPattern(1) ?? Pattern.Compile(args.Text(1), args.Position);
        args.Evaluation.Spend(args.Position, 1 + (text.Length / 64));
        return pattern.IsMatch(text, Values.IsTruthy(args[2]), args.Position);
    }

    private static JsonData FirstPresent(Arguments args)
    {
        for (var at = 0; at < args.Count; at++)
        {
            var value = args[at];
            if (!value.IsNull)
            {
                return value;
            }
        }

        return JsonData.Null;
    }
}
