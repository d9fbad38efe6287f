using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Questions to people. The answer is understood here: no node after it has to read it again.</summary>
internal static partial class Specs
{
    internal const string ReviewQuestion = "Please review this and answer yes or no: {{content}}";

    private static NodeSpec[] HumansInTheLoop =>
        [SlackInteraction, GmailInteraction, OutlookInteraction, DiscordInteraction, TelegramInteraction, ManualReview, InAppApproval];

    /// <summary>Understood by every channel.</summary>
    private static ParameterSpec[] Asking =>
    [
        Choice("ai_analysis_model", "The model that reads an answer whose meaning stays uncertain.", "gpt-5-mini", "gpt-5-mini", "gpt-5-nano"),
        Choice("interaction_type", "What is wanted; what the subtype is for when it does not say.", null, "approval", "input", "selection", "review", "confirmation", "custom"),
        Text("title", "How the question is called in lists."),
        Prose("description", "What it is about."),
        Prose("message", "The question, over the channel's own template."),
        Choice("priority", "How urgent it is.", "normal", "low", "normal", "high", "critical"),
        .. Channels, .. Answers, .. Answering, .. Deadlines,
        Group(
            "response_messages", "What the person is told afterwards.",
            Prose("approved", "After a yes."), Prose("rejected", "After a no."), Prose("timeout", "When it was too late."),
            Prose("escalated", "When somebody else was asked."), Prose("completed", "After any other answer."),
            Prose("warning", "Shortly before it is too late.")),
        Text("correlation_id", "Tells which message is the answer."),
        List("tags", "For finding it again."),
        .. Common,
    ];

    private static ParameterSpec[] Channels =>
    [
        Choice("channel_type", "Where it is asked first; the subtype's own channel when it does not say.", null, "slack", "email", "webhook", "in_app"),
        List("channels", "Further channels the same question is put to: slack, email, webhook, in_app. The first valid answer wins."),
        Shape(
            "channel_config",
            "Settings by channel: slack {channel, bot_token, signing_secret}, email {from, to, subject, smtp, imap}, webhook {url, secret, headers}, in_app {user_ids}.")
            with { Sensitive = true },
    ];

    /// <summary>What an answer consists of, by interaction type (domain section 6.3).</summary>
    private static ParameterSpec[] Answers =>
    [
        List("approval_options", "approval: what the two answers are called, the one that approves first."),
        Flag("approval_reason_required", "approval: an answer needs its reason.", false),
        Flag("allow_edit", "Whoever answers may change the content before it goes on.", false),
        List("input_fields", "input: fields {name, label, field_type, required, options, validation, placeholder} to fill in."),
        List("selection_options", "selection: options {value, label, description} to choose from."),
        Flag("multiple_selection", "selection: several may be chosen.", false),
        Whole("min_selections", "selection: at least so many.", null, 0, 1000),
        Whole("max_selections", "selection: at most so many.", null, 1, 1000),
    ];

    /// <summary>Who may answer.</summary>
    private static ParameterSpec[] Answering =>
    [
        List("approvers", "Who may answer: ids of users, e-mail addresses, ids of Slack users; everybody who is asked when it is empty."),
        Whole("required_answers", "So many of them have to agree.", null, 1, 100),
        Flag("requester_may_answer", "Whoever started the run may answer too.", true),
    ];

    private static ParameterSpec[] Deadlines =>
    [
        Whole("timeout_seconds", "Longest wait, over the channel's own setting.", null, 60, 2_592_000),
        Choice(
            "timeout_action",
            "What happens when nobody answers: the execution fails, goes on at port timeout, goes on as if answered, or others are asked.", "fail",
            "fail", "continue", "default_response", "escalate"),
        Shape("timeout_default_response", "The answer taken then."),
        Group(
            "escalation", "timeout_action escalate: who is asked then.",
            List("to", "Ids of users, e-mail addresses, ids of Slack users."),
            Whole("timeout_seconds", "How long they have; as long as the first ones when it does not say.", null, 60, 2_592_000),
            Choice("then", "What happens when they do not answer either.", null, "fail", "continue", "default_response")),
        Whole("remind_seconds_before", "So long before the end people are reminded; 0: not at all.", 900, 0, 2_592_000),
    ];

    private static ParameterSpec Confirmations => Group(
        "confirmation_messages", "What the person is told after each kind of answer.",
        Prose("confirmed", "After a yes."), Prose("rejected", "After a no."), Prose("unrelated", "When it was no answer."),
        Prose("timeout", "When it was too late."));

    private static ParameterSpec Analysis(string name) => Prose(name, "How the model is to read the answer.");

    private static NodeSpec Interaction(string subtype, string description, ExampleSpec example, params ParameterSpec[] parameters) =>
        new(NodeTypes.HumanInTheLoop, subtype, description)
        {
            Parameters = [.. parameters, .. Asking],
            Inputs =
            [
                AnyField("content", "What is to be looked at."),
                TextField("user_mention", "Whom to mention."),
            ],
            Version = "1.2.0",
            Outputs =
            [
                AnyField("content", "What came in, or what it was changed to by whoever answered."),
                ChoiceField("ai_classification", "How the answer was understood.", null, "confirmed", "rejected", "unrelated", "timeout"),
                TextField("user_response", "The answer in the person's words."),
                TextField("interaction_id", "The question's id."),
                TextField("interaction_type", "What was wanted."),
                TextField("status", "responded or timeout."),
                ObjectField("response_data", "The answer: approval_response, input_response, selection_response or review_response, and raw."),
                ObjectField("responder", "Who answered: user_id, display_name, email, platform, platform_user_id."),
                TextField("requested_at", "When it was asked."),
                TextField("responded_at", "When it was answered."),
                TextField("timeout_at", "Until when it could be answered."),
                WholeField("processing_time_ms", "From the question to the answer."),
                TextField("channel_type", "Where it was answered."),
                AmountField("ai_confidence_score", "How sure the answer's meaning is, 0 to 1; 1 for buttons and forms."),
                TextField("ai_reasoning", "Why it was understood so."),
                TextField("correlation_id", "As configured."),
                ListField("tags", "As configured."),
            ],
            Ports =
            [
                new("confirmed", "Yes, or an answer as asked for.") { Aliases = ["approved", "completed"] },
                new("rejected", "No."),
                new("unrelated", "Somebody said that it is no question for them.") { Aliases = ["filtered"] },
                new("timeout", "Nobody answered in time."),
            ],
            Examples = [example],
        };

    private static ExampleSpec Approved(string title, string configurations, string answer) => new(
        title, JsonData.Parse(configurations),
        JsonData.Object(("content", "Publish the brief."), ("ai_classification", "confirmed"), ("user_response", answer)))
    {
        Input = JsonData.Object(("content", "Publish the brief.")),
        Port = "confirmed",
    };

    private static NodeSpec SlackInteraction => Interaction(
        "SLACK_INTERACTION", "Asks in a Slack channel and waits for the answer.",
        Approved("Ask before posting", """{"channel": "#approvals", "bot_token": "xoxb-of-your-app", "timeout_minutes": 30}""", "yes, go ahead"),
        Required(Text("channel", "Name or id of the channel.")) with { PickList = SlackChannels },
        Required(Secret("bot_token", "Token of the bot that asks.")),
        Secret("signing_secret", "The app's signing secret, for buttons and replies in the thread; without it only the link answers."),
        Flag("use_oauth", "Use the user's connected account instead of the token.", true),
        Required(Prose("clarification_question_template", "The question; {{content}} is what is to be looked at.", ReviewQuestion)),
        Whole("timeout_minutes", "Longest wait.", 60, 1, 1440),
        Flag("auto_thread", "Ask in a thread of its own.", true),
        Analysis("custom_analysis_prompt"));

    private static ParameterSpec[] Mail(string credentials) =>
    [
        Required(Secret(credentials, "Who sends.")),
        Required(Text("sender_email", "The sender's address.")),
        Required(List("recipient_emails", "Whom to ask.")),
        Required(Text("email_subject", "The message's subject.")),
        Required(Prose("email_template", "The message; {{content}} is what is to be looked at.")),
        Whole("response_timeout", "Seconds of the longest wait.", 86_400, 300, 604_800),
        Analysis("response_analysis_prompt"),
        Flag("include_attachments", "Attach files of the input.", false),
        Flag("auto_reply_enabled", "Thank for the answer.", true),
        Confirmations,
    ];

    private static NodeSpec GmailInteraction => Interaction(
        "GMAIL_INTERACTION", "Asks by e-mail through Gmail and waits for the answer.",
        Approved(
            "Ask two people",
            """
            {"gmail_credentials": "an app password", "sender_email": "team@example.org", "recipient_emails": ["ada@example.org", "bob@example.org"],
             "email_subject": "Publish?", "email_template": "May this go out? {{content}}"}
            """,
            "Yes, fine with me."),
        Mail("gmail_credentials"));

    private static NodeSpec OutlookInteraction => Interaction(
        "OUTLOOK_INTERACTION", "Asks by e-mail through Outlook and waits for the answer.",
        Approved(
            "Ask with high priority",
            """
            {"outlook_credentials": "an app password", "sender_email": "team@example.org", "recipient_emails": ["ada@example.org"],
             "email_subject": "Publish?", "email_template": "May this go out? {{content}}", "priority_level": "high"}
            """,
            "Approved."),
        [
            .. Mail("outlook_credentials"),
            Flag("use_rich_formatting", "Send HTML.", true),
            Choice("priority_level", "The message's importance.", "normal", "low", "normal", "high"),
            Flag("delivery_receipt", "Ask for a delivery receipt.", false),
            Flag("read_receipt", "Ask for a read receipt.", false),
            Group(
                "folder_monitoring", "Where the answer is looked for.",
                Flag("monitor_inbox", "In the inbox.", true),
                Flag("monitor_specific_folder", "In a folder.", false),
                Text("folder_name", "In which.")),
        ]);

    private static NodeSpec DiscordInteraction => Interaction(
        "DISCORD_INTERACTION", "Asks in a Discord channel and waits for the answer.",
        Approved("Ask the moderators", """{"server_id": "901", "channel_id": "902", "message_template": "Publish this? {{content}}"}""", "yes"),
        Required(Text("server_id", "Which server.")),
        Required(Text("channel_id", "Which channel.")),
        Required(Prose("message_template", "The question; {{content}} is what is to be looked at.")),
        Whole("response_timeout", "Seconds of the longest wait.", 3600, 60, 604_800));

    private static NodeSpec TelegramInteraction => Interaction(
        "TELEGRAM_INTERACTION", "Asks in a Telegram chat and waits for the answer.",
        Approved(
            "Ask with two buttons",
            """
            {"telegram_bot_token": "{{$placeholder}}", "chat_id": "-100200", "message_template": "Publish this? {{content}}",
             "inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}, {"text": "No", "callback_data": "no"}]]}
            """,
            "yes"),
        Required(Secret("telegram_bot_token", "Token of the bot that asks.")),
        Required(Text("chat_id", "Which chat.")),
        List("target_users", "Only these people may answer; none means all."),
        Required(Prose("message_template", "The question; {{content}} is what is to be looked at.")),
        Whole("response_timeout", "Seconds of the longest wait.", 3600, 60, 604_800),
        Analysis("response_analysis_prompt"),
        List("inline_keyboard", "Rows of buttons {text, callback_data}."),
        Flag("enable_reply_keyboard", "Offer answers as keys.", false),
        List("reply_keyboard_buttons", "Which.", "Approve", "Reject", "Cancel"),
        Flag("allow_text_responses", "An answer may be written.", true),
        Flag("require_specific_response", "Only answers of a known form count.", false),
        List("allowed_response_patterns", "Regular expressions of those."),
        Choice("parse_mode", "How the question is marked up.", "Markdown", "Markdown", "HTML", "MarkdownV2"),
        Flag("disable_notification", "Ask without a sound.", false),
        Confirmations);

    private static NodeSpec ManualReview => Interaction(
        "MANUAL_REVIEW", "Has people review something against criteria.",
        Approved(
            "A second pair of eyes",
            """
            {"review_type": "code_review", "review_title": "Release notes", "review_description": "Are they right and complete?",
             "reviewers": ["ada@example.org"], "review_criteria": ["correct", "complete"]}
            """,
            "Correct and complete."),
        Required(Choice(
            "review_type", "What kind of review it is.", "quality_assurance", "quality_assurance", "security_review", "compliance_check", "code_review",
            "content_moderation", "financial_audit", "legal_review", "medical_review", "safety_inspection")),
        Required(Text("review_title", "How it is called.")),
        Required(Prose("review_description", "What is to be reviewed.")),
        Required(List("reviewers", "Who may review.")),
        List("reviewer_roles", "Whose holders may review as well."),
        Required(List("review_criteria", "What is looked at.")),
        Choice("scoring_system", "How it is judged.", "pass_fail", "pass_fail", "numeric_scale", "letter_grade", "checklist", "custom"),
        Group(
            "score_range", "numeric_scale: from what to what.", Amount("min", "The worst score.", 1), Amount("max", "The best score.", 5)),
        Amount("passing_threshold", "numeric_scale: from what on it is passed.", 3.0),
        Whole("review_deadline", "Seconds of the longest wait.", 86_400, 3600, 2_592_000),
        Flag("require_evidence", "A judgement needs its reason.", true),
        Flag("allow_delegation", "A reviewer may name another.", false),
        Flag("consensus_required", "All have to agree.", false),
        Group(
            "escalation_rules", "What happens when nobody reviews.",
            Flag("enable_escalation", "Ask others.", true),
            Amount("escalation_after_hours", "When.", 24, 0),
            List("escalation_recipients", "Whom.")));

    private static NodeSpec InAppApproval => Interaction(
        "IN_APP_APPROVAL", "Asks in the inbox and by a link, and wherever else channels says, and waits for the answer.",
        Approved("Ask before publishing", """{"title": "Publish?", "message": "May this go out?", "timeout_seconds": 86400}""", "yes"));
}
