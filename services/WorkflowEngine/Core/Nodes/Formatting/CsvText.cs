using System.Globalization;
using System.Text;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes.Formatting;

/// <summary>CSV as RFC 4180 has it, with any one character between the cells.</summary>
internal static class CsvText
{
    // Every cell is a value of its own, many times as large as its text.
    private const int MaxLength = 10_000_000;
    private const int MaxColumns = 10_000;

    public static string Write(Table table, char delimiter = ',', bool header = true)
    {
        var text = new StringBuilder();
        if (table.Columns.Count == 0)
        {
            return string.Join("\r\n", table.Items.Items.ToArray().Select(item => Cell(item.ToDisplayText(), delimiter)));
        }

        if (header)
        {
            text.AppendJoin(delimiter, table.Columns.Select(name => Cell(name, delimiter)));
        }

        foreach (var item in table.Items.Items)
        {
            text.Append(text.Length > 0 ? "\r\n" : "").AppendJoin(delimiter, table.Columns.Select(name => Cell(Table.Cell(item, name), delimiter)));
        }

        return text.ToString();
    }

    /// <summary>Objects named by the header, or lists of cells without one.</summary>
    /// <param name="inferTypes">Whether <c>12</c>, <c>true</c> and an empty cell become a number, a boolean and null; numbers with leading zeros stay text.</param>
    /// <exception cref="ExpressionException">A quote is not closed, or it is too long.</exception>
    public static JsonData Read(string text, char delimiter, bool header, bool inferTypes)
    {
        if (text.Length > MaxLength)
        {
            throw new ExpressionException($"CSV may have at most {MaxLength} characters.", 0);
        }

        var rows = new List<JsonData>();
        string[]? names = null;
        foreach (var cells in Rows(text.TrimStart('\uFEFF'), delimiter))
        {
            if (header && names is null)
            {
                names = Distinct(cells);
                continue;
            }

            var values = cells.ConvertAll(cell => inferTypes ? Inferred(cell) : cell).ToArray();
            rows.Add(names is null ? JsonData.Adopt(values) : Named(names, values));
        }

        return JsonData.Array(rows);
    }

    private static JsonData Named(string[] names, JsonData[] values)
    {
        var row = new JsonObjectBuilder(names.Length);
        for (var at = 0; at < Math.Max(names.Length, values.Length); at++)
        {
            row.Set(
                at < names.Length ? names[at] : $"column_{(at + 1).ToString(CultureInfo.InvariantCulture)}",
                at < values.Length ? values[at] : JsonData.Null);
        }

        return row.Build();
    }

    private static string[] Distinct(List<string> cells)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return cells.Select((cell, at) =>
        {
            var name = cell.Trim();
            var own = name.Length == 0 ? $"column_{at + 1}" : name;
            for (var more = 2; !seen.Add(own); more++)
            {
                own = $"{name}_{more}";
            }

            return own;
        }).ToArray();
    }

    private static IEnumerable<List<string>> Rows(string text, char delimiter)
    {
        var at = 0;
        while (at < text.Length)
        {
            var cells = new List<string>();
            bool goesOn;
            do
            {
                cells.Add(ReadCell(text, delimiter, ref at));
                goesOn = at < text.Length && text[at] == delimiter;
                at += goesOn ? 1 : 0;
                if (cells.Count > MaxColumns)
                {
                    throw new ExpressionException($"CSV may have at most {MaxColumns} columns.", 0);
                }
            }
            while (goesOn);

            at += at < text.Length && text[at] == '\r' ? 1 : 0;
            at += at < text.Length && text[at] == '\n' ? 1 : 0;
            if (cells is not [""])
            {
                yield return cells;
            }
        }
    }

    private static string ReadCell(string text, char delimiter, ref int at)
    {
        var begin = at;
        if (at >= text.Length || text[at] != '"')
        {
            while (at < text.Length && text[at] != delimiter && text[at] is not ('\r' or '\n'))
            {
                at++;
            }

            return text[begin..at];
        }

        var cell = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"')
            {
                cell.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '"')
            {
                cell.Append(text[at++]);
            }
            else
            {
                at++;
                // What stands between a closing quote and the next cell belongs to it.
                while (at < text.Length && text[at] != delimiter && text[at] is not ('\r' or '\n'))
                {
                    cell.Append(text[at++]);
                }

                return cell.ToString();
            }
        }

        throw new ExpressionException("A quote in the CSV is not closed.", begin);
    }

    private static JsonData Inferred(string cell)
    {
        var text = cell.Trim();
        return text switch
        {
            "" => JsonData.Null,
            "true" or "TRUE" or "True" => true,
            "false" or "FALSE" or "False" => false,
            // A postal code or a telephone number is no number.
            ['0', >= '0' and <= '9', ..] or ['+', ..] => cell,
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
            _ when text.Length < 32 && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
            _ => cell,
        };
    }

    private static string Cell(string text, char delimiter) =>
        text.AsSpan().IndexOfAny("\"\r\n") < 0 && !text.Contains(delimiter, StringComparison.Ordinal)
            ? text
            : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
