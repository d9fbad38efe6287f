namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>What starts a workflow.</summary>
internal static partial class Specs
{
    private static NodeSpec[] Triggers => [Manual, Cron, Webhook, EmailTrigger, GitHubTrigger, SlackTrigger];

    private static FieldSpec FiredAt => TextField("trigger_time", "When it fired.");

    private static FieldSpec StartedExecution => TextField("execution_id", "The execution it started.");

    private static FieldSpec Sentence => TextField("trigger_message", "One sentence saying what happened.");

    private static NodeSpec Manual => new(NodeTypes.Trigger, "MANUAL", "Starts the workflow when somebody says so.")
    {
        Parameters =
        [
            Text("trigger_name", "How the trigger is called in lists.", "Manual Trigger"),
            Text("description", "What starting it does.", ""),
            .. Common,
        ],
        Outputs =
        [
            FiredAt,
            StartedExecution,
            TextField("user_id", "Who started it."),
            Sentence,
            ObjectField("data", "What the caller sent along; its fields also stand beside this one."),
        ],
        Examples =
        [
            Example(
                "Start with a city", """{"trigger_name": "Weather on demand"}""",
                """{"trigger_message": "Weather on demand was started by hand.", "data": {"city": "Lviv"}}""", """{"city": "Lviv"}"""),
        ],
    };

    private static NodeSpec Cron => new(NodeTypes.Trigger, "CRON", "Starts the workflow at set times.")
    {
        Parameters =
        [
            Required(Text("cron_expression", "Minute, hour, day of month, month, day of week (0 and 7 are Sunday).", "0 9 * * *")),
            Text("timezone", "IANA name of the zone the expression is meant in.", "UTC"),
            Whole("max_missed_runs", "Runs made up for after a standstill, at most.", 3, 1, 10),
            .. Common,
        ],
        Outputs =
        [
            FiredAt,
            TextField("scheduled_time", "The time it was due."),
            StartedExecution,
            TextField("timezone", "The zone of the expression."),
            Sentence,
        ],
        Examples =
        [
            Example(
                "Nine o'clock on weekdays, in Kyiv", """{"cron_expression": "0 9 * * 1-5", "timezone": "Europe/Kyiv"}""",
                """{"scheduled_time": "2026-03-02T07:00:00Z", "timezone": "Europe/Kyiv"}"""),
        ],
    };

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

    private static NodeSpec GitHubTrigger => new(NodeTypes.Trigger, "GITHUB", "Starts the workflow when something happens in a repository.")
    {
        Parameters =
        [
            Required(Text("repository", "Owner and name, as in octo/site.")),
            Required(List("events", "What to listen for.", "push", "pull_request") with
            {
                ItemOptions =
                [
                    "push", "pull_request", "issues", "issue_comment", "pull_request_review", "release", "workflow_run", "repository", "star",
                    "watch", "fork",
                ],
            }),
            List("branches", "Only these branches; none means all."),
            Secret("webhook_secret", "What the sender signs with."),
            Shape("filter_conditions", "Further conditions per event: paths, actions, labels, authors."),
            Flag("include_payload", "Hand on the whole event.", true),
            .. Common,
        ],
        Outputs =
        [
            FiredAt,
            TextField("event_type", "What happened."),
            ObjectField("repository", "Where."),
            ObjectField("sender", "Who did it."),
            TextField("branch", "On which branch, when there is one."),
            TextField("commit_sha", "At which commit, when there is one."),
            Sentence,
            ObjectField("github_payload", "The whole event."),
        ],
        Examples =
        [
            Example(
                "Pull requests into main", """{"repository": "octo/site", "events": ["pull_request"], "branches": ["main"]}""",
                """{"event_type": "pull_request", "branch": "main", "sender": {"login": "octocat"}}"""),
        ],
    };

    private static NodeSpec SlackTrigger => new(NodeTypes.Trigger, "SLACK", "Starts the workflow when something happens in a Slack workspace.")
    {
        Parameters =
        [
            Required(Text("workspace_id", "The workspace's id.")),
            Required(List("events", "What to listen for.", "message", "app_mention") with
            {
                ItemOptions =
                [
                    "message", "app_mention", "reaction_added", "reaction_removed", "channel_created", "channel_deleted",
                    "member_joined_channel", "member_left_channel", "user_change", "team_join", "file_shared",
                ],
            }),
            List("channels", "Only these channels; none means all.") with { PickList = SlackChannels },
            List("keywords", "One of these words has to be in the text; none means every text."),
            Required(Secret("bot_token", "Token of the bot that listens.")),
            .. Common,
        ],
        Outputs =
        [
            FiredAt,
            StartedExecution,
            TextField("event_type", "What happened."),
            TextField("channel_id", "In which channel."),
            TextField("channel_name", "Its name."),
            TextField("user_id", "Who did it."),
            TextField("user_name", "That person's name."),
            TextField("message_text", "The message's text."),
            TextField("thread_ts", "The thread it belongs to."),
            Sentence,
            ObjectField("slack_payload", "The whole event."),
        ],
        Examples =
        [
            Example(
                "Somebody asks the bot", """{"workspace_id": "T0123456", "events": ["app_mention"], "bot_token": "{{$placeholder}}"}""",
                """{"event_type": "app_mention", "channel_name": "support", "message_text": "@helper where is order 17?"}"""),
        ],
    };
}
