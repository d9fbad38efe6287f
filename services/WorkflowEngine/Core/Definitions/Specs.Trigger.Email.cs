namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Starting when a message arrives in a mailbox.</summary>
internal static partial class Specs
{
    private static NodeSpec EmailTrigger => new(NodeTypes.Trigger, "EMAIL", "Starts the workflow when a message arrives in a mailbox.")
    {
        Version = "1.2.0",
        Parameters =
        [
            Required(Choice("email_provider", "How messages come in: read by IMAP, or handed over to the webhook.", "imap", "imap", "gmail_api", "outlook_api", "webhook")),
            Group(
                "server_config", "Where the mailbox is that is read by IMAP.",
                Required(Text("host", "Name of the server.")),
                Whole("port", "Its port.", 993, 1, 65535),
                Flag("use_ssl", "Speak TLS from the first byte; otherwise STARTTLS.", true),
                Text("security", "tls, starttls or none, when it is to be said outright.")),
            Group(
                "credentials", "Who reads the mailbox.", Required(Text("username", "Login.")), Required(Secret("password", "Its password.")))
                with { Sensitive = true },
            Text("address", "The mailbox's address. What the webhook is handed is found by it; read by IMAP, it is the login unless said."),
            Secret("webhook_secret", "What handed-over messages are signed with: whsec_ and base64 (Standard Webhooks)."),
            Text("mailbox", "Folder to watch.", "INBOX"),
            Shape("filter_criteria", "Further conditions on a message, texts it has to contain: from, to, subject, body."),
            List("subject_keywords", "One of these words has to be in the subject; none means every subject."),
            List("sender_whitelist", "Only messages of these senders; none means of everybody. @example.com is everybody there."),
            Flag("process_attachments", "Hand on attachments.", true),
            List("attachment_types", "Endings of attachments to hand on.", "pdf", "doc", "docx", "txt", "csv", "xlsx"),
            Whole("max_attachment_size", "Longer attachments are left out, in bytes.", 10_485_760, 1024, 52_428_800),
            Whole("polling_interval", "Seconds between looks.", 300, 30, 3600),
            .. Common,
        ],
        Outputs =
        [
            FiredAt,
            StartedExecution,
            TextField("email_id", "The message's Message-ID."),
            TextField("sender", "Who sent it, the address alone."),
            TextField("from", "Who sent it, as written."),
            ListField("to", "To whom, as written."),
            ListField("cc", "Who got a copy."),
            ListField("reply_to", "Where answers go, when it says so."),
            TextField("recipient", "The address it came in by."),
            TextField("subject", "Its subject."),
            TextField("body_text", "Its text."),
            TextField("body_html", "Its text as HTML, when it has one."),
            ListField("attachments", "name, type, size of each, and content_base64, or in skipped why not."),
            TextField("date", "When it was sent, as it says."),
            TextField("received_date", "When it arrived."),
            TextField("in_reply_to", "The Message-ID it answers."),
            ListField("references", "The Message-IDs before it in its thread."),
            TextField("left_out", "What of it could not be read, when something could not."),
            Sentence,
            ObjectField("email_headers", "All headers."),
        ],
        Examples =
        [
            Example(
                "Invoices of one sender",
                """
                {"email_provider": "imap", "server_config": {"host": "imap.example.org"},
                 "credentials": {"username": "office@example.org", "password": "{{$placeholder}}"},
                 "subject_keywords": ["invoice"], "sender_whitelist": ["billing@example.com"]}
                """,
                """{"sender": "billing@example.com", "subject": "Your invoice", "attachments": [{"name": "invoice.pdf", "size": 48211}]}"""),
        ],
    };
}
