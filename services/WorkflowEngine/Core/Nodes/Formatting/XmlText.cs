using System.Text;
using System.Xml;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes.Formatting;

/// <summary>
/// JSON as XML and back. Writing, a field is an element and a list an element per item; reading, attributes become fields with a leading
/// <c>@</c>, text beside elements <c>#text</c>, and elements of the same name a list.
/// </summary>
internal static class XmlText
{
    private const int MaxLength = 10_000_000;
    private const int MaxDepth = 200;

    public static string Write(JsonData value, string root = "items", string item = "item")
    {
        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, CheckCharacters = false }))
        {
            Element(writer, root, value, item);
        }

        return text.ToString();
    }

    /// <exception cref="ExpressionException">It is not well-formed, names a DTD, or is too long or too deep.</exception>
    public static JsonData Read(string xml)
    {
        if (xml.Length > MaxLength)
        {
            throw new ExpressionException($"XML may have at most {MaxLength} characters.", 0);
        }

        try
        {
            using var reader = XmlReader.Create(
                new StringReader(xml),
                new XmlReaderSettings
                {
                    // No entities, so nothing is fetched and nothing multiplies.
                    DtdProcessing = DtdProcessing.Prohibit,
                    XmlResolver = null,
                    IgnoreComments = true,
                    IgnoreProcessingInstructions = true,
                    IgnoreWhitespace = true,
                });
            reader.MoveToContent();
            return JsonData.Object((reader.Name, ReadElement(reader)));
        }
        catch (XmlException exception)
        {
            throw new ExpressionException($"The XML is not well-formed: {exception.Message}", 0);
        }
    }

    private static JsonData ReadElement(XmlReader reader)
    {
        if (reader.Depth > MaxDepth)
        {
            throw new ExpressionException($"XML may have at most {MaxDepth} levels.", 0);
        }

        var fields = new List<(string Name, List<JsonData> Values)>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        void Add(string name, JsonData value)
        {
            if (!places.TryGetValue(name, out var place))
            {
                places[name] = place = fields.Count;
                fields.Add((name, []));
            }

            fields[place].Values.Add(value);
        }

        var isEmpty = reader.IsEmptyElement;
        while (reader.MoveToNextAttribute())
        {
            Add("@" + reader.Name, reader.Value);
        }

        var text = new StringBuilder();
        while (!isEmpty && reader.Read() && reader.NodeType != XmlNodeType.EndElement)
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    Add(reader.Name, ReadElement(reader));
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                    text.Append(reader.Value);
                    break;
            }
        }

        if (fields.Count == 0)
        {
            return text.ToString();
        }

        if (text.Length > 0)
        {
            Add("#text", text.ToString());
        }

        var value = new JsonObjectBuilder(fields.Count);
        foreach (var (name, values) in fields)
        {
            value.Set(name, values.Count == 1 ? values[0] : JsonData.Array(values));
        }

        return value.Build();
    }

    private static void Element(XmlWriter writer, string name, JsonData value, string item)
    {
        writer.WriteStartElement(XmlConvert.EncodeLocalName(name.Length == 0 ? "_" : name));
        foreach (var (field, child) in value.Fields)
        {
            Element(writer, field, child, item);
        }

        foreach (var child in value.Items)
        {
            Element(writer, item, child, item);
        }

        if (!value.IsObject && !value.IsArray)
        {
            writer.WriteString(value.ToDisplayText());
        }

        writer.WriteEndElement();
    }
}
