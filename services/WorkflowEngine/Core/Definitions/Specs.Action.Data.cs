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
}
