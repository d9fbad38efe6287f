using System.Net;
using System.Text;

namespace AiTeams.WorkflowEngine.Core.Nodes.Formatting;

/// <summary>Tables people read: in a message written in Markdown, or in an e-mail written in HTML.</summary>
internal static class TableText
{
    public static string Markdown(Table table)
    {
        var columns = table.Columns.Count > 0 ? table.Columns : ["value"];
        var text = new StringBuilder();
        Row(text, columns);
        Row(text, columns.Select(_ => "---"));
        foreach (var item in table.Items.Items.ToArray())
        {
            Row(text, table.Columns.Count > 0 ? table.Columns.Select(column => Table.Cell(item, column)) : [item.ToDisplayText()]);
        }

        return text.ToString().TrimEnd('\n');
    }

    public static string Html(Table table)
    {
        var columns = table.Columns.Count > 0 ? table.Columns : ["value"];
        var text = new StringBuilder("<table><thead><tr>");
        foreach (var column in columns)
        {
            text.Append("<th>").Append(WebUtility.HtmlEncode(column)).Append("</th>");
        }

        text.Append("</tr></thead><tbody>");
        foreach (var item in table.Items.Items.ToArray())
        {
            text.Append("<tr>");
            foreach (var cell in table.Columns.Count > 0 ? table.Columns.Select(column => Table.Cell(item, column)) : [item.ToDisplayText()])
            {
                text.Append("<td>").Append(WebUtility.HtmlEncode(cell)).Append("</td>");
            }

            text.Append("</tr>");
        }

        return text.Append("</tbody></table>").ToString();
    }

    // A bar would end the cell, a line break the row.
    private static void Row(StringBuilder text, IEnumerable<string> cells) => text.Append("| ")
        .AppendJoin(" | ", cells.Select(cell => cell.ReplaceLineEndings("<br>").Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
