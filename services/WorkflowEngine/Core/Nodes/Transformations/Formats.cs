using System.Text;
using System.Xml;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>The forms transformed data can take: JSON as it is, or text in CSV (RFC 4180) or XML.</summary>
internal static class Formats
{
    public static JsonData Write(JsonData value, string format) => format switch
    {
        "array" => value.IsArray ? value : JsonData.Array(value),
        "csv" => Csv(value.IsArray ? value : JsonData.Array(value)),
        "xml" => Xml(value.IsArray ? value : JsonData.Array(value)),
        _ => value,
    };

    private static string Csv(JsonData items)
    {
        var columns = new List<string>();
        var seen = new HashSet<string>();
        foreach (var item in items.Items)
        {
            foreach (var (name, _) in item.Fields)
            {
                if (seen.Add(name))
                {
                    columns.Add(name);
                }
            }
        }

        if (columns.Count == 0)
        {
            return string.Join("\r\n", items.Items.ToArray().Select(item => Cell(item)));
        }

        var text = new StringBuilder().AppendJoin(',', columns.Select(name => Cell(name)));
        foreach (var item in items.Items)
        {
            text.Append("\r\n").AppendJoin(',', columns.Select(name => Cell(item[name])));
        }

        return text.ToString();
    }

    private static string Cell(JsonData value)
    {
        var text = value.ToDisplayText();
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string Xml(JsonData items)
    {
        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, CheckCharacters = false }))
        {
            writer.WriteStartElement("items");
            foreach (var item in items.Items)
            {
                Element(writer, "item", item);
            }

            writer.WriteEndElement();
        }

        return text.ToString();
    }

    private static void Element(XmlWriter writer, string name, JsonData value)
    {
        writer.WriteStartElement(XmlConvert.EncodeLocalName(name.Length == 0 ? "_" : name));
        foreach (var (field, child) in value.Fields)
        {
            Element(writer, field, child);
        }

        foreach (var child in value.Items)
        {
            Element(writer, "item", child);
        }

        if (!value.IsObject && !value.IsArray)
        {
            writer.WriteString(value.ToDisplayText());
        }

        writer.WriteEndElement();
    }
}
