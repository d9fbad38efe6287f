using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Telling another system something, and asking a database.</summary>
internal static partial class Specs
{
    private static NodeSpec WebhookCall => new(NodeTypes.Action, "WEBHOOK_CALL", "Sends an event to a webhook, signed as Standard Webhooks says.")
    {
        Parameters =
        [
            Required(Text("url", "Absolute http or https address of the receiver.")),
            Secret("secret", "The key both sides know: whsec_ and base64, or any text. Empty: not signed."),
            Secret("previous_secret", "While keys are changed: signed with this one too."),
            Text("event_type", "What happened, such as order.sent. Given, the body is {type, timestamp, data}; empty, the data alone.", ""),
            new("payload", ParameterType.Any, "The data; the input when absent."),
            Shape("headers", "Further request headers.", JsonData.EmptyObject),
            Flag("verify_ssl", "Check the receiver's certificate.", true),
            Amount("timeout", "Seconds until the call is given up.", 30, 0.1, 1000),
            .. Common[1..],
        ],
        Inputs = PassedInputs,
        Outputs =
        [
            WholeField("status_code", "HTTP status; 0 when there was no response."),
            ObjectField("headers", "Response headers, names in lower case."),
            TextField("body", "Response body as text."),
            AnyField("json", "Response body as JSON, null when it is not JSON."),
            FlagField("success", "True for 2xx."),
            TextField("error_message", "What went wrong, else null."),
            AmountField("response_time", "Seconds from request to response."),
            TextField("url", "The address that answered."),
            ListField("redirects", "Always empty: an event is not sent on to where its receiver points."),
            TextField("webhook_id", "The message's id, the same at every attempt."),
        ],
        Examples =
        [
            Example(
                "Tell that an order was sent",
                """{"url": "https://hooks.example.test/orders", "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "event_type": "order.sent"}""",
                """{"status_code": 200, "json": {"received": true}, "success": true, "error_message": null}""",
                """{"data": {"id": 17}}"""),
        ],
    };

    private static NodeSpec DatabaseQuery => new(NodeTypes.Action, "DATABASE_QUERY", "Runs one SQL statement on a PostgreSQL database of yours.")
    {
        Parameters =
        [
            Required(Text("host", "Name or address of the server.")),
            Whole("port", "Its port.", 5432, 1, 65535),
            Required(Text("database", "Name of the database.")),
            Required(Text("username", "Who connects.")),
            Secret("password", "The password."),
            Choice("ssl_mode", "As libpq's sslmode.", "prefer", "disable", "prefer", "require", "verify-ca", "verify-full"),
            Required(Prose("query", "One statement with $1, $2, ... for values. No templates: a value goes into parameters.")),
            new("parameters", ParameterType.Array, "The values of $1, $2, ...; input 'parameters' when absent."),
            Flag("allow_writes", "Without it the statement runs in a read-only transaction.", false),
            Whole("max_rows", "Further rows are left out.", 1000, 1, 100_000),
            Whole("max_bytes", "Longer rows fail.", 10_485_760, 1, 52_428_800),
            Amount("timeout", "Seconds the statement may take.", 30, 0.1, 1000),
            .. Common[1..],
        ],
        Inputs = [ListField("parameters", "Values where the configuration has none.")],
        Outputs =
        [
            ListField("rows", "One object per row, column to value."),
            WholeField("row_count", "How many rows."),
            WholeField("affected_rows", "Rows inserted, updated or deleted; null for a statement that does neither."),
            ListField("columns", "{name, type} of each column."),
            FlagField("truncated", "True when there were more than max_rows."),
            FlagField("success", "True when it worked."),
            TextField("error_message", "What went wrong, else null."),
        ],
        Examples =
        [
            Example(
                "Orders of a customer",
                """
                {"host": "db.example.test", "database": "shop", "username": "reader", "password": "{{ $vars.shop_password }}",
                 "query": "SELECT id, total FROM orders WHERE customer = $1"}
                """,
                """{"rows": [{"id": 17, "total": 12.50}], "row_count": 1, "affected_rows": null, "truncated": false, "success": true, "error_message": null}""",
                """{"parameters": ["Ada"]}"""),
        ],
    };
}
