namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Starting when an address is called.</summary>
internal static partial class Specs
{
    private static NodeSpec Webhook => new(NodeTypes.Trigger, "WEBHOOK", "Starts the workflow when its address is called.")
    {
        Version = "1.2.0",
        Parameters =
        [
            Required(Text("webhook_path", "The address's last part. As it stands it becomes /webhook/ and the workflow's id.", "/webhook")),
            List("allowed_methods", "Methods that start it; others are refused.", "POST") with
            {
                ItemOptions = ["GET", "POST", "PUT", "PATCH", "DELETE"],
            },
            Choice(
                "authentication", "How a caller shows that he may: a header, a query parameter, or a signature of the body.", "none",
                "none", "header_token", "query_param", "signature"),
            Secret("auth_token", "The token callers show, or the key they sign with."),
            Text("token_name", "Header or query parameter that carries the token; left empty, X-Webhook-Token or token.", ""),
            Choice(
                "signature_scheme", "How bodies are signed: HMAC-SHA256 in one header, or as Standard Webhooks has it, which also refuses old ones.",
                "hmac_sha256", "hmac_sha256", "standard_webhooks"),
            Text("signature_header", "Header that carries an HMAC, as hex or base64, with or without sha256= in front.", "X-Signature"),
            Choice(
                "response_mode", "What the caller gets: 202 at once, the last nodes' output, the output of response_node as soon as it is there, or all as it happens.",
                "immediately", "immediately", "last_node", "node", "stream"),
            Text("response_node", "Id of the node whose output answers; with stream, the only one whose output is told.", ""),
            Whole("response_timeout_seconds", "Longest the caller waits for an output; then the answer is 202.", 30, 1, 60),
            Choice("response_format", "Form of an output as answer.", "json", "json", "text", "html"),
            Flag("accept_any_type", "Take bodies too that are neither JSON, a form nor text, unparsed; otherwise they are refused.", false),
            .. Common,
        ],
        Outputs =
        [
            ObjectField("headers", "Request headers, without credentials."),
            AnyField("body", "The request's body by its declared type: JSON, a form's fields, text, or for others {content_type, size, content} with base64."),
            TextField("raw_body", "The body as it came, when it is UTF-8 and at most 128 KiB long."),
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
