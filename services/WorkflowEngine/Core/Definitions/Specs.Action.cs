using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Calls and computation.</summary>
internal static partial class Specs
{
    private static NodeSpec[] Actions => [HttpRequest, DataTransformation, DataValidation, DataFormatting, StaticData, RunCode, WebhookCall, DatabaseQuery];

    private static NodeSpec HttpRequest => new(NodeTypes.Action, "HTTP_REQUEST", "Calls an HTTP address and hands on the response.")
    {
        Version = "1.2.0",
        Parameters =
        [
            new("method", ParameterType.String, "The HTTP method.")
            {
                Required = true, Default = "GET", Options = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
            },
            new("url", ParameterType.String, "Absolute http or https address; {name} is replaced from url_variables.") { Required = true },
            new("headers", ParameterType.Object, "Request headers.") { Default = JsonData.EmptyObject },
            new("query_params", ParameterType.Object, "Added to the address's query.") { Default = JsonData.EmptyObject },
            new("body", ParameterType.Any, "The body; input 'body' when absent. Any JSON value for body_type json."),
            new("body_type", ParameterType.String, "How the body is written.") { Default = "json", Options = ["json", "form", "raw", "none"] },
            new("auth_type", ParameterType.String, "Authorization to add.") { Default = "none", Options = ["none", "bearer", "basic", "header", "api_key"] },
            new("auth_config", ParameterType.Object, "bearer: token; basic: username, password; header: name, value; api_key: key, name (X-API-Key), in (header, query).") { Sensitive = true },
            new("follow_redirects", ParameterType.Boolean, "Follow 3xx responses.") { Default = true },
            new("max_redirects", ParameterType.Integer, "Give up after so many redirects.") { Default = 5, Min = 0, Max = 20 },
            new("verify_ssl", ParameterType.Boolean, "Check the server's certificate.") { Default = true },
            new("max_response_bytes", ParameterType.Integer, "A longer response fails.") { Default = 10_485_760, Min = 1, Max = 52_428_800 },
            Choice("response_format", "auto: text, JSON where it is some; json: anything else fails; text: not read as JSON; base64: bytes.", "auto", "auto", "json", "text", "base64"),
            Flag("fail_on_error_status", "Whether a status other than 2xx fails the node.", true),
            new("timeout", ParameterType.Number, "Seconds until the call is given up.") { Default = 30, Min = 0.1, Max = 1000 },
            .. Common[1..],
        ],
        Inputs =
        [
            new("body", ParameterType.Object, "The request body."),
            new("url_variables", ParameterType.Object, "Values for {name} in the address."),
            new("dynamic_headers", ParameterType.Object, "Headers over the configured ones."),
            new("dynamic_query_params", ParameterType.Object, "Query parameters over the configured ones."),
        ],
        Outputs =
        [
            new("status_code", ParameterType.Integer, "HTTP status; 0 when there was no response."),
            new("headers", ParameterType.Object, "Response headers, names in lower case."),
            new("body", ParameterType.String, "Response body as text."),
            new("json", ParameterType.Object, "Response body as JSON, null when it is not JSON."),
            new("success", ParameterType.Boolean, "True for 2xx, and for every status where fail_on_error_status is false."),
            new("error_message", ParameterType.String, "What went wrong, else null."),
            new("response_time", ParameterType.Number, "Seconds from request to response."),
            new("url", ParameterType.String, "The address that answered."),
            new("redirects", ParameterType.Array, "Addresses passed on the way."),
        ],
        Examples =
        [
            Example(
                "Read an order", """{"method": "GET", "url": "https://api.example.test/orders/{id}"}""",
                """{"status_code": 200, "json": {"id": 17, "state": "sent"}, "success": true, "error_message": null}""",
                """{"url_variables": {"id": 17}}"""),
        ],
    };

    private static NodeSpec DataTransformation => new(NodeTypes.Action, "DATA_TRANSFORMATION", "Reshapes, groups, joins or computes data.")
    {
        Version = "1.2.0",
        Parameters =
        [
            new("operation", ParameterType.String, "What to do with the items.")
            {
                Required = true, Default = "map",
                Options = ["map", "filter", "aggregate", "sort", "group_by", "join", "flatten", "pivot", "custom"],
            },
            new("transformation_script", ParameterType.Expression, "custom: the expression whose value is the result.") { PerItem = true },
            new("field_mapping", ParameterType.Object, "map: output field to input path or template.") { PerItem = true },
            new("filter_conditions", ParameterType.Array, "filter: conditions {field, operator, value}; all must hold."),
            new("sort_config", ParameterType.Any, "sort: {field, direction}, or a list of them."),
            new("group_by_fields", ParameterType.Array, "group_by, aggregate: dot paths of the key."),
            new("aggregation_functions", ParameterType.Object, "Field to function, or list of functions: sum, avg, min, max, median, stddev, count, count_distinct, first, last, list, concat."),
            new("join_config", ParameterType.Object, "join: {with, left_key, right_key, type: inner|left|right|full, right_prefix}."),
            new("flatten_config", ParameterType.Object, "flatten: {field, keep_fields, depth, separator}."),
            new("pivot_config", ParameterType.Object, "pivot: {index, columns, values, function, fill}."),
            new("output_format", ParameterType.String, "Form of transformed_data.") { Default = "json", Options = ["json", "array", "csv", "xml"] },
            new("preserve_metadata", ParameterType.Boolean, "Hand on the input's metadata.") { Default = true },
            .. Common,
        ],
        Inputs = DataInputs,
        Outputs =
        [
            new("transformed_data", ParameterType.Array, "The outcome."),
            new("original_count", ParameterType.Integer, "Items that came in."),
            new("output_count", ParameterType.Integer, "Items that went out."),
            new("transformation_stats", ParameterType.Object, "operation, output_format, items_in, items_out, items_removed, transformation_time_ms."),
            new("success", ParameterType.Boolean, "True when it worked."),
            new("error_message", ParameterType.String, "What went wrong, else null."),
        ],
        Examples =
        [
            Example(
                "Rename a field", """{"operation": "map", "field_mapping": {"customer": "buyer.name", "total": "amount"}}""",
                """{"transformed_data": [{"customer": "Ada", "total": 12}], "original_count": 1, "output_count": 1, "success": true}""",
                """{"data": [{"buyer": {"name": "Ada"}, "amount": 12}]}"""),
            Example(
                "Sum per city",
                """{"operation": "aggregate", "group_by_fields": ["city"], "aggregation_functions": {"amount": "sum"}}""",
                """{"original_count": 3, "output_count": 2, "success": true}""",
                """{"data": [{"city": "Lviv", "amount": 3}, {"city": "Lviv", "amount": 4}, {"city": "Odesa", "amount": 5}]}"""),
        ],
    };
}
