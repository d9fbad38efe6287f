using System.Globalization;
using System.Text.RegularExpressions;
using AiTeams.Isolation.Tests.Catalogue;

namespace AiTeams.Isolation.Tests.Rows;

/// <summary>Values a column may take, the likeliest first: what its CHECKs mention, and what suits its type.</summary>
internal static partial class Candidates
{
    private const int Sha256Length = 32;
    private const int TypeModifierHeader = 4;

    /// <summary>As what the services encrypt begins: a Fernet token.</summary>
    private static readonly string Encrypted = $"gAAAA{new string('A', 115)}";

    /// <param name="number">Another one for each row, so that values which must be unique are.</param>
    public static IReadOnlyList<string> For(Table table, Column column, int number)
    {
        var checks = table.Checks.Where(check => check.Columns.Contains(column.Name)).ToList();
        var mentioned = checks.SelectMany(check => Mentioned(check.Definition)).Select(value => Fit(value, column)).OfType<string>().Distinct().ToList();
        var listed = checks.Any(check => check.Definition.Contains("= ANY", StringComparison.Ordinal));
        var usual = Usual(column, number).ToList();
        return [.. (listed ? mentioned.Concat(usual) : usual.Concat(mentioned)).Select(value => Shorten(value, column)).Distinct()];
    }

    private static IEnumerable<string> Mentioned(string definition)
    {
        foreach (var literal in Literals().Matches(definition).Select(match => match.Groups[1].Value.Replace("''", "'", StringComparison.Ordinal)))
        {
            yield return literal;
        }

        foreach (var number in Numbers().Matches(Literals().Replace(definition, "")).Select(match => long.Parse(match.Value, CultureInfo.InvariantCulture)))
        {
            yield return $"{number}";
            yield return $"{number + 1}";
            yield return $"{number - 1}";
            yield return new string('a', (int)Math.Clamp(number, 0, 4096));      // what the length of a text is compared with
        }
    }

    private static IEnumerable<string> Usual(Column column, int number) => column.Kind switch
    {
        "uuid" => [$"{Guid.CreateVersion7()}"],
        "text" or "varchar" or "bpchar" or "citext" => [$"{column.Name} {number}", $"u{number}@example.org", $"https://example.org/{number}", Hex(number), Encrypted, "1.0.0", ""],
        "int2" or "int4" or "int8" => [$"{number}", "1", "0"],
        "numeric" or "float4" or "float8" => ["1", "0.5", "0"],
        "bool" => ["true", "false"],
        "json" or "jsonb" => ["{}", "[]", """{"a": 1}""", "\"a\""],
        "bytea" => [$@"\x{Hex(number)}", $@"\x{number:x8}"],
        "timestamptz" or "timestamp" or "date" => [At(number), Soon(), "2026-01-01", "2100-01-01"],
        "time" or "timetz" => ["10:00"],
        "interval" => ["1 hour"],
        "inet" or "cidr" => ["127.0.0.1"],
        "vector" or "halfvec" => [$"[{string.Join(',', Enumerable.Repeat(number, Math.Max(column.Modifier, 1)))}]"],
        "tstzrange" or "daterange" => ["[2026-01-01,2026-01-02)"],
        _ when column.Labels.Count > 0 => column.Labels,
        _ when column.Category == 'A' => ["{}"],
        _ => throw new InvalidDataException($"no value is known for type {column.Type} of {column.Name}"),
    };

    /// <summary>What is mentioned may be part of a value or of another column's; null if it is none of this type.</summary>
    private static string? Fit(string value, Column column) => column.Category switch
    {
        'S' => value,
        'A' => $"{{\"{value}\"}}",
        'N' => decimal.TryParse(value, CultureInfo.InvariantCulture, out _) ? value : null,
        'E' => column.Labels.Contains(value) ? value : null,
        _ => null,
    };

    private static string Soon() => DateTimeOffset.UtcNow.AddMinutes(5).ToString("O", CultureInfo.InvariantCulture);

    private static string Hex(int number) => number.ToString($"x{Sha256Length * 2}", CultureInfo.InvariantCulture);

    private static string At(int number) => DateTimeOffset.UnixEpoch.AddYears(60).AddMinutes(number).ToString("O", CultureInfo.InvariantCulture);

    private static string Shorten(string value, Column column)
    {
        var length = column.Kind is "varchar" or "bpchar" && column.Modifier > TypeModifierHeader ? column.Modifier - TypeModifierHeader : value.Length;
        return value.Length > length ? value[^length..] : value;
    }

    [GeneratedRegex("'((?:[^']|'')*)'")]
    private static partial Regex Literals();

    [GeneratedRegex(@"(?<![\w.])-?\d{1,9}(?![\w.])")]
    private static partial Regex Numbers();
}
