using System.Globalization;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Schemas;

internal sealed class TypeRule(string name, string pointer, string[] types) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        foreach (var type in types)
        {
            if (Is(instance, type))
            {
                return true;
            }
        }

        return Wrong(check, place, $"Must be {string.Join(" or ", types)}, not {JsonKinds.Describe(instance)}.");
    }

    private static bool Is(JsonData value, string type) => type switch
    {
        "null" => value.IsNull,
        "boolean" => value.IsBoolean,
        "number" => value.IsNumber,
        "integer" => value.TryGetNumber(out var number) && (Math.Floor(number) == number || double.IsInfinity(number)),
        "string" => value.IsString,
        "array" => value.IsArray,
        _ => value.IsObject,
    };
}

/// <summary><c>enum</c>, and <c>const</c> as an enum of one.</summary>
internal sealed class EnumRule(string name, string pointer, JsonData[] values) : Keyword(name, pointer)
{
    private const int Shown = 10;

    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        check.Spend(Pointer, values.Length);
        var found = instance.IsMissing ? JsonData.Null : instance;
        return Array.Exists(values, value => value == found)
            || Wrong(check, place, $"Must be {string.Join(" or ", values.Take(Shown).Select(Described))}{(values.Length > Shown ? " or …" : "")}.");
    }

    private static string Described(JsonData value) => value.Weight < 100 ? value.ToString() : JsonKinds.Describe(value);
}

internal sealed class MultipleOf(string name, string pointer, double step) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen) =>
        !instance.TryGetNumber(out var number) || IsMultiple(number)
        || Wrong(check, place, string.Create(CultureInfo.InvariantCulture, $"Must be a multiple of {step}."));

    // In decimal where it fits: 0.0075 is a multiple of 0.0001, though not in binary.
    private bool IsMultiple(double number)
    {
        if (Math.Abs(number) < 1e14 && step is > 1e-14 and < 1e14)
        {
            return (decimal)number % (decimal)step == 0;
        }

        var times = number / step;
        return double.IsFinite(times) ? Math.Floor(times) == times : number % step == 0;
    }
}

internal sealed class Bound(string name, string pointer, double limit, Func<double, double, bool> holds, string words) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen) =>
        !instance.TryGetNumber(out var number) || holds(number, limit)
        || Wrong(check, place, string.Create(CultureInfo.InvariantCulture, $"Must be {words} {limit}."));
}

internal enum SizeKind
{
    Text,
    List,
    Fields,
}

/// <summary>How long a text, list or object is, at least or at most. A text counts Unicode characters.</summary>
internal sealed class Size(string name, string pointer, int limit, SizeKind kind) : Keyword(name, pointer)
{
    private readonly bool _isLeast = name.StartsWith("min", StringComparison.Ordinal);

    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen)
    {
        var size = kind switch
        {
            SizeKind.Text => instance.Text is { } text ? Characters(text, check) : null,
            SizeKind.List => instance.IsArray ? instance.Count : null,
            SizeKind.Fields => instance.IsObject ? instance.Count : (int?)null,
        };
        return size is null || (_isLeast ? size >= limit : size <= limit) || Wrong(check, place, Message(size.Value));
    }

    private int? Characters(string text, SchemaCheck check)
    {
        check.Spend(Pointer, text.Length / 64);
        var pairs = 0;
        for (var at = 1; at < text.Length; at++)
        {
            pairs += char.IsSurrogatePair(text[at - 1], text[at]) ? 1 : 0;
        }

        return text.Length - pairs;
    }

    private string Message(int size)
    {
        var what = kind switch { SizeKind.Text => "characters", SizeKind.List => "items", SizeKind.Fields => "fields" };
        return $"Must have {(_isLeast ? "at least" : "at most")} {limit} {what}, and has {size}.";
    }
}

internal sealed class PatternRule(string name, string pointer, SchemaPattern pattern, string source) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen) =>
        instance.Text is not { } text || pattern.IsMatch(text, check, Pointer) || Wrong(check, place, $"Must match the pattern {source}");
}

internal sealed class FormatRule(string name, string pointer, string format, Func<string, bool> holds) : Keyword(name, pointer)
{
    public override bool Holds(SchemaCheck check, JsonData instance, Place place, DynamicScope scope, Evaluated? seen) =>
        instance.Text is not { } text || holds(text) || Wrong(check, place, $"Must be written as {format}.");
}
