using System.Globalization;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>How values behave in conditions, comparisons and paths: one set of rules for expressions, filters and sorting.</summary>
public static class Values
{
    /// <summary>False are: nothing, null, false, 0, the empty text, the empty list and the empty object.</summary>
    public static bool IsTruthy(JsonData value) => value.Kind switch
    {
        JsonKind.Missing or JsonKind.Null => false,
        JsonKind.Boolean => value.IsTrue,
        JsonKind.Number => value.TryGetNumber(out var number) && number != 0,
        JsonKind.String => value.Text!.Length > 0,
        JsonKind.Array or JsonKind.Object => value.Count > 0,
    };

    /// <summary>The number a value is or a text spells.</summary>
    public static bool TryNumber(JsonData value, out double number)
    {
        if (value.TryGetNumber(out number))
        {
            return true;
        }

        return value.Text is { Length: > 0 and < 64 } text
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }

    /// <summary>Equal as a person would say: 5 equals "5", null equals nothing at all.</summary>
    public static bool LooselyEqual(JsonData left, JsonData right)
    {
        if (left.IsNull || right.IsNull)
        {
            return left.IsNull && right.IsNull;
        }

        return left == right
            || (left.IsNumber != right.IsNumber && TryNumber(left, out var first) && TryNumber(right, out var second) && first.Equals(second));
    }

    /// <summary>Less, equal or greater for two numbers or two texts; null where there is no order.</summary>
    public static int? Compare(JsonData left, JsonData right)
    {
        if (left.TryGetInteger(out var one) && right.TryGetInteger(out var other))
        {
            return one.CompareTo(other);
        }

        if (left.Text is { } text && right.Text is { } otherText)
        {
            return string.CompareOrdinal(text, otherText);
        }

        return (left.IsNumber || right.IsNumber) && TryNumber(left, out var first) && TryNumber(right, out var second)
            ? first.CompareTo(second)
            : null;
    }

    /// <summary>One step down: a field by its name or, failing that, in any case; an item by its number; the length of a list or text.</summary>
    public static JsonData Step(JsonData value, string segment)
    {
        if (value.IsObject)
        {
            var field = value[segment];
            return field.IsMissing ? IgnoringCase(value, segment) : field;
        }

        if (value.IsArray)
        {
            return int.TryParse(segment, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index) ? Item(value, index)
                : segment == "length" ? JsonData.Of(value.Count)
                : default;
        }

        return value.Text is { } text && segment == "length" ? JsonData.Of(text.Length) : default;
    }

    /// <summary>Negative places count from the end.</summary>
    public static JsonData Item(JsonData list, int index) => list[index < 0 ? list.Count + index : index];

    /// <summary>Follows a dot path; a field whose own name has the dots is found first. The empty path is the value itself.</summary>
    public static JsonData Path(JsonData value, string path)
    {
        if (path.Length == 0 || path == "$")
        {
            return value;
        }

        var direct = value[path];
        if (!direct.IsMissing)
        {
            return direct;
        }

        if (!path.Contains('.', StringComparison.Ordinal))
        {
            return Step(value, path);
        }

        foreach (var segment in path.Split('.'))
        {
            value = Step(value, segment);
        }

        return value;
    }

    private static JsonData IgnoringCase(JsonData value, string name)
    {
        foreach (ref readonly var field in value.Fields)
        {
            if (string.Equals(field.Key, name, StringComparison.OrdinalIgnoreCase))
            {
                return field.Value;
            }
        }

        return default;
    }
}
