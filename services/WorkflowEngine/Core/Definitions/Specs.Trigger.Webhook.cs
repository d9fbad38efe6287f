namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Starting when an address is called.</summary>
internal static partial class Specs
{
    private static NodeSpec Webhook => new(NodeTypes.Trigger, "WEBHOOK", "Starts the workflow when its address is called.")
    {
        Parameters =
        [
            Required(Text("webhook_path", "The address's last part.", "/webhook")),
            List("allowed_methods", "Methods that start it; others are refused.", "POST") with
            {
                ItemOptions = ["GET", "POST", "PUT", "PATCH", "DELETE"],
            },
            Choice(
                "authentication", "How a caller shows that he may: a header, a query parameter, or a signature of the body.", "none",
                "none", "header_token", "query_param", "signature"),
            Secret("auth_token", "The token callers show, or the key they sign with."),
            Choice("response_format", "Form of the answer the caller gets.", "json", "json", "text", "html"),
            .. Common,
        ],
        Outputs =
        [
            ObjectField("headers", "Request headers, without credentials."),
            AnyField("body", "The request's body: JSON when it is JSON, else text."),
            ObjectField("query_params", "The query's parameters."),
            TextField("method", "The request's method."),
            TextField("path", "The path that was called."),
            TextField("timestamp", "When it arrived."),
            TextField("client_ip", "Who called."),
        ],
        Examples =
        [
            Example(
                "Orders of a shop, signed",
                """{"webhook_path": "/orders", "authentication": "signature", "auth_token": "{{$placeholder}}"}""",
                """{"method": "POST", "path": "/orders", "body": {"order": 17}, "query_params": {}}"""),
        ],
    };
}
