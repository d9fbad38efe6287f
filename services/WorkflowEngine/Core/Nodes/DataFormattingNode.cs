using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Expressions;
using AiTeams.WorkflowEngine.Core.Expressions.Dates;
using AiTeams.WorkflowEngine.Core.Nodes.Formatting;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// ACTION.DATA_FORMATTING: values written for people (dates, numbers, currencies, case), texts made by a template, data as CSV, XML, JSON or
/// a table, and the way back from text to data.
/// </summary>
internal sealed class DataFormattingNode : NodeBehaviour
{
    private const int MaxReported = 100;

    private static readonly JsonSerializerOptions Pretty = new()
    {
        WriteIndented = true,
        MaxDepth = 1000,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>These format a value, or the named fields of every item; the others work on the data as a whole.</summary>
    private static readonly string[] OfValues = ["date", "number", "percent", "currency", "case", "trim"];

    public override IEnumerable<(string Parameter, string Message)> Check(JsonData configuration)
    {
        if (configuration["operation"].Text == "template" && configuration["template"].ToDisplayText().Length == 0)
        {
            yield return ("template", "Operation 'template' needs 'template'.");
        }

        if (configuration["timezone"].Text is { Length: > 0 } zone && !Template.IsTemplate(zone) && Zones.Find(zone) is null)
        {
            yield return ("timezone", "'timezone' is no name of the IANA's list of zones.");
        }
    }

    public override NodeStep Begin(NodeContext node)
    {
        var configuration = node.Configuration;
        var data = Values.Path(node.Data, configuration["path"].Text ?? "");
        data = data.IsMissing ? JsonData.Null : data;
        var errors = new List<JsonData>();
        var formatted = Array.IndexOf(OfValues, configuration["operation"].Text) >= 0
            ? FormatValues(new ValueFormat(configuration, node.Scope.Zone), configuration, data, errors)
            : Whole(node, configuration, data);
        return errors.Count > 0 && configuration["on_error"].Text == "fail"
            ? new NodeStep.Failed(new(
                "formatting_failed", errors[0]["message"].ToDisplayText(), IsRetryable: false, JsonData.Object(("errors", JsonData.Array(errors)))))
            : NodeStep.Result(JsonData.Object(
                ("formatted_data", formatted),
                ("errors", JsonData.Array(errors)),
                ("success", errors.Count == 0),
                ("formatting_stats", JsonData.Object(
                    ("operation", configuration["operation"]), ("items", data.IsArray ? data.Count : 1), ("errors", errors.Count)))));
    }

    private static JsonData Whole(NodeContext node, JsonData configuration, JsonData data) => configuration["operation"].Text switch
    {
        "template" => FromTemplate(node, configuration, data),
        "csv" => CsvText.Write(Table.Of(Items(data), configuration["columns"]), Delimiter(configuration), !configuration["include_header"].IsFalse),
        "markdown_table" => TableText.Markdown(Table.Of(Items(data), configuration["columns"])),
        "html_table" => TableText.Html(Table.Of(Items(data), configuration["columns"])),
        "xml" => XmlText.Write(data, Name(configuration["root_name"], "root"), Name(configuration["item_name"], "item")),
        "json" => Json(data, configuration["pretty"].IsTrue),
        "parse_csv" => CsvText.Read(Text(data), Delimiter(configuration), !configuration["include_header"].IsFalse, configuration["infer_types"].IsTrue),
        "parse_xml" => XmlText.Read(Text(data)),
        "parse_json" => JsonData.TryParse(Text(data)) is { IsMissing: false } value ? value : throw new ExpressionException("The text is not JSON.", 0),
        var other => throw new ExpressionException($"There is no operation '{other}'.", 0) { Parameter = "operation" },
    };

    /// <summary>One text of all the data, or one per item, joined where a separator is given.</summary>
    private static JsonData FromTemplate(NodeContext node, JsonData configuration, JsonData data)
    {
        if (!node.Node.PerItem.TryGetValue("template", out var template))
        {
            return configuration["template"];
        }

        if (configuration["template_mode"].Text != "each_item")
        {
            return template.Render(node.Scope);
        }

        var items = Items(data);
        var scopes = node.ItemScopes();
        var texts = new JsonData[items.Count];
        for (var at = 0; at < texts.Length; at++)
        {
            texts[at] = template.Render(scopes.For(items[at], at)).ToDisplayText();
        }

        return configuration["join_with"].Text is { } separator
            ? string.Join(separator, texts.Select(text => text.Text))
            : JsonData.Adopt(texts);
    }

    private static JsonData FormatValues(ValueFormat format, JsonData configuration, JsonData data, List<JsonData> errors)
    {
        var fields = configuration["fields"].Items.ToArray().Select(field => field.ToDisplayText()).ToArray();
        if (fields.Length == 0)
        {
            return data.IsArray
                ? JsonData.Adopt(data.Items.ToArray().Select((item, at) => One(format, configuration, item, Pointer.Append("", at), errors)).ToArray())
                : One(format, configuration, data, "", errors);
        }

        var suffix = configuration["output_suffix"].Text ?? "";
        var items = data.IsArray ? data.Items.ToArray() : [data];
        for (var at = 0; at < items.Length; at++)
        {
            foreach (var field in fields)
            {
                var path = field.Split('.');
                var made = One(format, configuration, Values.Path(items[at], field), data.IsArray ? $"/{at}/{string.Join('/', path)}" : "/" + string.Join('/', path), errors);
                path[^1] += suffix;
                items[at] = With(items[at], path, made);
            }
        }

        return data.IsArray ? JsonData.Adopt(items) : items[0];
    }

    private static JsonData One(ValueFormat format, JsonData configuration, JsonData value, string pointer, List<JsonData> errors)
    {
        if (format.Write(value) is { } text)
        {
            return text;
        }

        // Nothing to format is no mistake.
        if (value.IsNull)
        {
            return JsonData.Null;
        }

        if (errors.Count < MaxReported)
        {
            errors.Add(JsonData.Object(
                ("pointer", pointer), ("message", $"{JsonKinds.Describe(value)} cannot be written as {configuration["operation"].ToDisplayText()}.")));
        }

        return configuration["on_error"].Text == "null" ? JsonData.Null : value;
    }

    private static JsonData With(JsonData target, ReadOnlySpan<string> path, JsonData value) => path.IsEmpty ? value
        : target.IsObject || target.IsNull ? target.With(path[0], With(target[path[0]], path[1..], value))
        : target;

    private static JsonData Json(JsonData data, bool pretty)
    {
        if (!pretty)
        {
            return data.ToString();
        }

        // Every line begins with its depth in spaces.
        return data.Weight * (1 + data.Depth) < ExpressionLimits.MaxPayloadWeight
            ? JsonNode.Parse(data.ToUtf8()) is { } node ? node.ToJsonString(Pretty).ReplaceLineEndings("\n") : "null"
            : throw new ExpressionException("The JSON is too long to be written with indentation.", 0);
    }

    private static JsonData Items(JsonData data) => Lists.Of(data) ?? (data.IsNull ? JsonData.EmptyArray : JsonData.Array(data));

    private static string Text(JsonData data) => data.Text ?? throw new ExpressionException($"There is no text to read, but {JsonKinds.Describe(data)}.", 0);

    private static string Name(JsonData name, string usual) => name.Text is { Length: > 0 } given ? given : usual;

    private static char Delimiter(JsonData configuration) => configuration["delimiter"].Text switch
    {
        null or "" or "," => ',',
        "tab" or "\\t" => '\t',
        var text => text[0],
    };
}
