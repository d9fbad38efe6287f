namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Starting when a message arrives in a mailbox.</summary>
internal static partial class Specs
{
    private static NodeSpec EmailTrigger => new(NodeTypes.Trigger, "EMAIL", "Starts the workflow when a message arrives in a mailbox.")
    {
        Parameters =
        [
            Required(Choice("email_provider", "How the mailbox is read.", "imap", "imap", "gmail_api", "outlook_api", "webhook")),
            Required(Group(
                "server_config", "Where the mailbox is.",
                Required(Text("host", "Name of the server.")),
                Whole("port", "Its port.", 993, 1, 65535),
                Flag("use_ssl", "Speak TLS from the first byte.", true))),
            Required(Group(
                "credentials", "Who reads the mailbox.", Required(Text("username", "Login.")), Required(Secret("password", "Its password."))))
                with { Sensitive = true },
            Text("mailbox", "Folder to watch.", "INBOX"),
            Shape("filter_criteria", "Further conditions on a message: from, to, subject, body."),
            List("subject_keywords", "One of these words has to be in the subject; none means every subject."),
            List("sender_whitelist", "Only messages of these senders; none means of everybody."),
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
            TextField("sender", "Who sent it."),
            TextField("recipient", "To whom."),
            TextField("subject", "Its subject."),
            TextField("body_text", "Its text."),
            TextField("body_html", "Its text as HTML, when it has one."),
            ListField("attachments", "Name, type, size and content of each."),
            TextField("received_date", "When it arrived."),
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
                """{"sender": "billing@example.com", "subject": "Your invoice", "attachments": [{"filename": "invoice.pdf", "size": 48211}]}"""),
        ],
    };
}
