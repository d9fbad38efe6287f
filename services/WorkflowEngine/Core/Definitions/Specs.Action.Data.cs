using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Checking data and giving it another form.</summary>
internal static partial class Specs
{
    private static NodeSpec DataValidation => new(NodeTypes.Action, "DATA_VALIDATION", "Checks data against a JSON Schema.")
    {
        Parameters =
        [
            new("schema", ParameterType.Any, "The JSON Schema (draft 2020-12), as an object or as JSON text; input 'schema' when absent."),
            Choice("mode", "whole checks the data as one value, each_item every item of the list by itself.", "whole", "whole", "each_item"),
            Text("path", "Dot path to what is checked; all of it when empty.", ""),
            Choice("on_invalid", "route hands on what is not valid by the port invalid, fail fails the node.", "route", "route", "fail"),
            Flag("check_formats", "Whether format is a rule: email, uri, date-time, uuid and so on.", true),
            Whole("max_errors", "At most so many errors are listed.", 100, 1, 1000),
            .. Common,
        ],
        Inputs =
        [
            AnyField("data", "What is checked.") with { Required = true },
            ObjectField("schema", "The schema, where the configuration has none."),
            .. ExpressionInputs,
        ],
        Outputs =
        [
            FlagField("valid", "True when nothing is wrong."),
            AnyField("data", "What was checked."),
            AnyField("valid_data", "The data, or the items, that are valid; null when there are none."),
            AnyField("invalid_data", "What is not valid with its errors: {data, errors}, or items {index, item, errors}; null when there is none."),
            ListField("errors", "What is wrong: pointer (RFC 6901) into the data, keyword, message, schema_pointer."),
            WholeField("error_count", "How many errors are listed."),
            ObjectField("validation_stats", "total, valid, invalid."),
        ],
        Ports =
        [
            new("result", "Everything the node gives."),
            new("valid", "What is valid, when there is any.") { Source = "valid_data" },
            new("invalid", "What is not, with its errors, when there is any.") { Source = "invalid_data" },
        ],
        Examples =
        [
            Example(
                "Orders that can be worked on",
                """{"mode": "each_item", "schema": {"type": "object", "required": ["email"], "properties": {"email": {"type": "string", "format": "email"}, "amount": {"type": "number", "exclusiveMinimum": 0}}}}""",
                """
                {"valid": false, "valid_data": [{"email": "ada@example.org", "amount": 12}], "error_count": 2,
                 "errors": [{"pointer": "/1", "keyword": "required", "message": "'email' is missing.", "schema_pointer": "/required"},
                            {"pointer": "/1/amount", "keyword": "exclusiveMinimum", "message": "Must be more than 0.", "schema_pointer": "/properties/amount/exclusiveMinimum"}],
                 "validation_stats": {"total": 2, "valid": 1, "invalid": 1}}
                """,
                """{"data": [{"email": "ada@example.org", "amount": 12}, {"amount": 0}]}"""),
            Example(
                "A whole number", """{"schema": {"type": "object", "properties": {"n": {"type": "integer"}}}}""",
                """{"valid": true, "valid_data": {"n": 3}, "invalid_data": null, "errors": []}""", """{"data": {"n": 3}}"""),
        ],
    };

    private static NodeSpec DataFormatting => new(NodeTypes.Action, "DATA_FORMATTING", "Writes values, lists and texts the way people or other systems read them.")
    {
        Parameters =
        [
            new("operation", ParameterType.String, "What to make: a value written out, a text from a template, data as text, or text as data.")
            {
                Required = true, Default = "template",
                Options =
                [
                    "template", "date", "number", "percent", "currency", "case", "trim", "csv", "json", "xml", "markdown_table", "html_table",
                    "parse_csv", "parse_json", "parse_xml",
                ],
            },
            Text("path", "Dot path to what is formatted; all of the data when empty.", ""),
            new("fields", ParameterType.Array, "date, number, percent, currency, case, trim: dot paths of the fields to format in the object or in every item; the value itself when empty.")
            {
                Default = JsonData.EmptyArray,
            },
            Text("output_suffix", "Behind the field's name, for a formatted value that is to stand beside the original.", ""),
            new("template", ParameterType.String, "template: the text, with expressions in double braces; item and index in mode each_item.") { PerItem = true, Multiline = true },
            Choice("template_mode", "whole makes one text, each_item one for every item.", "whole", "whole", "each_item"),
            Text("join_with", "each_item: what stands between the texts; they stay a list when absent."),
            Text("date_format", "date: a pattern as Luxon has them.", "yyyy-MM-dd"),
            Text("input_format", "date: the pattern the text is written by; ISO 8601, RFC 2822 or milliseconds when empty.", ""),
            Text("timezone", "date: the IANA name of the zone to show; the workflow's when empty.", ""),
            Whole("decimals", "number, percent, currency: digits behind the point; 2, or what the currency has, when absent.", null, 0, 15),
            Choice("number_style", "How thousands and decimals are set apart.", "1,234.56", "1,234.56", "1.234,56", "1 234,56", "1'234.56", "1234.56", "1234,56"),
            Text("prefix", "number: in front.", ""),
            Text("suffix", "number: behind.", ""),
            Text("currency", "currency: code of ISO 4217.", "USD"),
            Choice("currency_display", "currency: the sign or the code.", "symbol", "symbol", "code"),
            Choice("case", "case: how letters and words are written.", "lower", "lower", "upper", "title", "sentence", "camel", "pascal", "snake", "kebab"),
            new("columns", ParameterType.Array, "csv, markdown_table, html_table: dot paths in order; all fields there are when empty.") { Default = JsonData.EmptyArray },
            Text("delimiter", "csv, parse_csv: between cells; 'tab' for a tabulator.", ","),
            Flag("include_header", "csv, parse_csv: whether the first line names the columns.", true),
            Flag("infer_types", "parse_csv: numbers, booleans and empty cells become what they look like.", true),
            Flag("pretty", "json: in lines, indented.", false),
            Text("root_name", "xml: name of the outermost element.", "root"),
            Text("item_name", "xml: name of the elements of a list.", "item"),
            Choice("on_error", "A value that cannot be formatted stays, becomes null, or fails the node.", "keep", "keep", "null", "fail"),
            .. Common,
        ],
        Inputs =
        [
            AnyField("data", "What is formatted.") with { Required = true },
            .. ExpressionInputs,
        ],
        Outputs =
        [
            AnyField("formatted_data", "The outcome."),
            ListField("errors", "Values that could not be formatted: pointer, message."),
            FlagField("success", "True when there are none."),
            ObjectField("formatting_stats", "operation, items, errors."),
        ],
        Examples =
        [
            Example(
                "Prices as people read them", """{"operation": "currency", "currency": "EUR", "number_style": "1.234,56", "fields": ["price"], "output_suffix": "_text"}""",
                """{"formatted_data": [{"price": 1234.5, "price_text": "1.234,50 €"}], "errors": [], "success": true}""",
                """{"data": [{"price": 1234.5}]}"""),
            Example(
                "A table for a message", """{"operation": "markdown_table", "columns": ["city", "amount"]}""",
                """{"formatted_data": "| city | amount |\n| --- | --- |\n| Kyiv | 3 |", "success": true}""",
                """{"data": [{"city": "Kyiv", "amount": 3}]}"""),
        ],
    };
}
