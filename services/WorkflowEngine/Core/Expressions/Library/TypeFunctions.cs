using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions.Dates;

namespace AiTeams.WorkflowEngine.Core.Expressions.Library;

/// <summary>What a value is, and one kind made of another.</summary>
internal static class TypeFunctions
{
    public static IReadOnlyList<Function> All { get; } =
    [
        new("typeof", 1, 1, static args => NameOf(args[0])),
        new("isNumber", 1, 1, static args => args[0].IsNumber),
        new("isInteger", 1, 1, static args => args[0].TryGetInteger(out _)),
        new("isString", 1, 1, static args => args[0].IsString),
        new("isBoolean", 1, 1, static args => args[0].IsBoolean),
        new("isArray", 1, 1, static args => args[0].IsArray) { Aliases = ["isList"] },
        new("isObject", 1, 1, static args => args[0].IsObject),
        new("isNull", 1, 1, static args => args[0].IsNull),
        new("isEmpty", 1, 1, static args => IsEmpty(args[0])),
        new("isNotEmpty", 1, 1, static args => !IsEmpty(args[0])),
        new("isDate", 1, 1, static args => DateReader.Read(args[0], args.Evaluation.Scope.Zone) is not null),
        new("isNumeric", 1, 1, static args => Values.TryNumber(args[0], out _)),
        new("tonumber", 1, 1, static args => ToNumber(args[0])) { Aliases = ["parseFloat", "parseInt"] },
        new("tostring", 1, 1, static args => args.Evaluation.Text(args.Text(0), args.Position)),
        new("toboolean", 1, 1, static args => ToBoolean(args[0])),
    ];

    /// <summary>Nothing, null, the empty text, the empty list and the empty object; 0 and false are values.</summary>
    public static bool IsEmpty(JsonData value) =>
        value.IsNull || value.Text?.Length == 0 || ((value.IsArray || value.IsObject) && value.Count == 0);

    public static string NameOf(JsonData value) => value.Kind switch
    {
        JsonKind.Missing or JsonKind.Null => "null",
        JsonKind.Boolean => "boolean",
        JsonKind.Number => "number",
        JsonKind.String => "string",
        JsonKind.Array => "array",
        JsonKind.Object => "object",
    };

    private static JsonData ToNumber(JsonData value) =>
        value.IsNumber ? value
        : value.IsBoolean ? value.IsTrue ? 1 : 0
        : value.Text is { } text && long.TryParse(text.Trim(), System.Globalization.CultureInfo.InvariantCulture, out var whole) ? whole
        : Values.TryNumber(value, out var number) ? number
        : JsonData.Null;

    // The words people and forms write for yes and no; of anything else, whether it counts as true.
    private static JsonData ToBoolean(JsonData value) => value.Text?.Trim().ToLowerInvariant() switch
    {
        "true" or "yes" or "y" or "on" or "1" => true,
        "false" or "no" or "n" or "off" or "0" => false,
        _ => Values.IsTruthy(value),
    };
}
