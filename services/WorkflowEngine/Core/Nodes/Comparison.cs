using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>An operator with its right side. One that judges null gets null; the others never see it.</summary>
internal sealed record Comparison(bool JudgesNull, Func<JsonData, bool> Test)
{
    public static IReadOnlyList<string> Operators { get; } =
    [
        "equals", "not_equals", "contains", "not_contains", "starts_with", "ends_with", "greater_than", "greater_than_or_equal",
        "less_than", "less_than_or_equal", "in", "not_in", "regex", "between", "exists", "not_exists", "is_empty", "is_not_empty",
    ];

    /// <summary>Null when there is no such operator.</summary>
    public static Comparison? Of(string name, JsonData expected, bool ignoreCase) => Canonical(name) switch
    {
        "equals" => new(expected.IsNull, value => Equal(value, expected, ignoreCase)),
        "not_equals" => new(expected.IsNull, value => !Equal(value, expected, ignoreCase)),
        "contains" => new(false, value => Contains(value, expected, ignoreCase)),
        "not_contains" => new(false, value => !Contains(value, expected, ignoreCase)),
        "starts_with" => new(false, value => value.ToDisplayText().StartsWith(expected.ToDisplayText(), Case(ignoreCase))),
        "ends_with" => new(false, value => value.ToDisplayText().EndsWith(expected.ToDisplayText(), Case(ignoreCase))),
        "greater_than" => new(false, value => Order(value, expected) > 0),
        "greater_than_or_equal" => new(false, value => Order(value, expected) >= 0),
        "less_than" => new(false, value => Order(value, expected) < 0),
        "less_than_or_equal" => new(false, value => Order(value, expected) <= 0),
        "in" => new(false, value => Contains(expected, value, ignoreCase)),
        "not_in" => new(false, value => !Contains(expected, value, ignoreCase)),
        "regex" => Matching(expected.ToDisplayText(), ignoreCase),
        "between" => Between(expected[0], expected[1]),
        "exists" => new(true, value => !value.IsNull != expected.IsFalse),
        "not_exists" => new(true, value => value.IsNull),
        "is_empty" => new(true, IsEmpty),
        "is_not_empty" => new(true, value => !IsEmpty(value)),
        _ => null,
    };

    public static Comparison Matching(string pattern, bool ignoreCase)
    {
        var compiled = Pattern.Compile(pattern);
        return new(false, value => compiled.IsMatch(value.ToDisplayText(), ignoreCase));
    }

    /// <summary>Both ends count; an end that is null is open.</summary>
    public static Comparison Between(JsonData min, JsonData max) => new(
        false, value => (min.IsNull || Order(value, min) >= 0) && (max.IsNull || Order(value, max) <= 0));

    /// <summary>Null for a name that is no type.</summary>
    public static Comparison? OfType(string name) => name switch
    {
        "string" => new(true, value => value.IsString),
        "number" or "float" => new(true, value => value.IsNumber),
        "integer" => new(true, value => value.TryGetInteger(out _)),
        "boolean" => new(true, value => value.IsBoolean),
        "array" or "list" => new(true, value => value.IsArray),
        "object" => new(true, value => value.IsObject),
        "null" => new(true, value => value.IsNull),
        _ => null,
    };

    public static bool Contains(JsonData container, JsonData sought, bool ignoreCase)
    {
        if (!container.IsArray)
        {
            return container.ToDisplayText().Contains(sought.ToDisplayText(), Case(ignoreCase));
        }

        foreach (ref readonly var item in container.Items)
        {
            if (Equal(item, sought, ignoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static string Canonical(string name) => name switch
    {
        "==" or "=" or "eq" or "equal" or "is" => "equals",
        "!=" or "<>" or "ne" or "neq" or "not_equal" or "is_not" => "not_equals",
        ">" or "gt" => "greater_than",
        ">=" or "gte" or "greater_or_equal" or "greater_than_or_equals" or "greater_equal" => "greater_than_or_equal",
        "<" or "lt" => "less_than",
        "<=" or "lte" or "less_or_equal" or "less_than_or_equals" or "less_equal" => "less_than_or_equal",
        "startswith" => "starts_with",
        "endswith" => "ends_with",
        "matches" or "regex_match" => "regex",
        "in_list" => "in",
        "is_null" => "not_exists",
        "is_not_null" => "exists",
        _ => name,
    };

    private static bool Equal(JsonData value, JsonData expected, bool ignoreCase) =>
        Values.LooselyEqual(value, expected)
        || (ignoreCase && value.Text is { } text && string.Equals(text, expected.Text, StringComparison.OrdinalIgnoreCase));

    private static int Order(JsonData value, JsonData expected) => Values.Compare(value, expected)
        ?? throw new ConditionException($"{JsonKinds.Describe(value)} cannot be compared with {JsonKinds.Describe(expected)}.");

    private static bool IsEmpty(JsonData value) =>
        value.IsNull || value.Text?.Length == 0 || ((value.IsArray || value.IsObject) && value.Count == 0);

    private static StringComparison Case(bool ignore) => ignore ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
}
