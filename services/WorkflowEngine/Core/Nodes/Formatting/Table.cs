using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes.Formatting;

/// <summary>Items as rows and columns: what CSV, Markdown and HTML have in common.</summary>
internal sealed class Table
{
    // Items that have no field in common make a table of their number squared.
    private const long MaxCells = 5_000_000;

    private Table(IReadOnlyList<string> columns, JsonData items)
    {
        Columns = columns;
        Items = items;
    }

    /// <summary>Dot paths; without any the items are plain values, one to a row.</summary>
    public IReadOnlyList<string> Columns { get; }

    public JsonData Items { get; }

    /// <param name="columns">Which, and in what order; all there are, in order of first appearance, when empty.</param>
    /// <exception cref="ExpressionException">There would be too many cells.</exception>
    public static Table Of(JsonData value, JsonData columns = default)
    {
        var items = value.IsArray ? value : value.IsNull ? JsonData.EmptyArray : JsonData.Array(value);
        var names = columns.Count > 0 ? [.. columns.Items.ToArray().Select(column => column.ToDisplayText())] : NamesOf(items);
        return (long)names.Count * items.Count <= MaxCells
            ? new(names, items)
            : throw new ExpressionException($"A table may have at most {MaxCells} cells, and {items.Count} rows of {names.Count} columns are more.", 0);
    }

    public static string Cell(JsonData item, string column) => Values.Path(item, column).ToDisplayText();

    private static List<string> NamesOf(JsonData items)
    {
        var names = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items.Items)
        {
            foreach (ref readonly var field in item.Fields)
            {
                if (seen.Add(field.Key))
                {
                    names.Add(field.Key);
                }
            }
        }

        return names;
    }
}
