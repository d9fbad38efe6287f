namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Discord and Telegram.</summary>
internal static partial class Specs
{
    private static NodeSpec DiscordAction => new(NodeTypes.ExternalAction, "DISCORD_ACTION", "Writes to a Discord server, or looks after it.")
    {
        Parameters =
        [
            Operation(
                "send_message", "send_message", "send_file", "create_channel", "delete_channel", "manage_roles", "kick_member", "ban_member",
                "create_invite", "send_dm", "react_to_message", "pin_message", "create_thread", "manage_permissions", "send_webhook"),
            Required(Text("server_id", "Which server.")),
            Text("channel_id", "Which channel."),
            Prose("message_content", "The text."),
            Shape("embed_config", "An embed: title, description, url, colour, fields."),
            Group(
                "file_config", "send_file: what to send.",
                Text("file_path", "Where it is."), Text("filename", "How to call it."), Text("description", "What it is.")),
            Text("target_user_id", "Whom it is about."),
            Group(
                "role_config", "manage_roles: which, and what to do with it.",
                Text("role_id", "Which role."), Choice("action", "What to do.", "add", "add", "remove"), Text("reason", "Why, for the audit log.")),
            Group(
                "channel_config", "create_channel: the new channel.",
                Text("name", "Its name."), Choice("type", "Its kind.", "text", "text", "voice", "category", "announcement", "forum"),
                Text("category_id", "Where it belongs."), Text("topic", "What it is about."), Shape("permissions", "Who may do what.")),
            Group(
                "moderation_config", "kick_member, ban_member: how.",
                Text("reason", "Why, for the audit log."), Whole("delete_message_days", "Days of messages to delete.", 0, 0, 7),
                Flag("send_dm", "Tell the member.", true), Prose("dm_message", "What to tell.")),
            Text("reaction_emoji", "react_to_message: with what."),
            Text("message_id", "Which message."),
            Group(
                "thread_config", "create_thread: the new thread.",
                Text("name", "Its name."), Whole("auto_archive_duration", "Minutes of silence until it is put away.", 1440, 60, 10080),
                Choice("type", "Who sees it.", "public", "public", "private")),
            Group(
                "webhook_config", "send_webhook: where, and as whom.",
                Secret("webhook_url", "The webhook's address."), Text("username", "Name to show."), Text("avatar_url", "Picture to show.")),
            Retries,
            Flag("rate_limit_handling", "Wait when Discord says so.", true),
            .. Common,
        ],
        Inputs = ActionInputs,
        Outputs = ActionOutputs("discord_response", TextField("message_id", "The message."), TextField("channel_id", "Where.")),
        Examples =
        [
            Example(
                "Announce a release",
                """{"action_type": "send_message", "server_id": "901", "channel_id": "902", "message_content": "Version {{ $input.data.version }} is out."}""",
                """{"success": true, "message_id": "903", "channel_id": "902"}""", """{"data": {"version": "2.4"}}"""),
        ],
    };

    private static NodeSpec TelegramAction => new(NodeTypes.ExternalAction, "TELEGRAM_ACTION", "Writes to a Telegram chat, or looks after it.")
    {
        Parameters =
        [
            Required(Secret("telegram_bot_token", "Token of the bot that acts.")),
            Operation(
                "send_message", "send_message", "send_photo", "send_document", "send_video", "send_audio", "send_voice", "send_location",
                "send_contact", "send_poll", "send_sticker", "edit_message", "delete_message", "forward_message", "pin_message", "unpin_message",
                "ban_user", "unban_user", "kick_user", "promote_user", "restrict_user", "set_chat_title", "set_chat_description",
                "export_chat_invite"),
            Required(Text("chat_id", "Which chat.")),
            Prose("message_text", "The text."),
            Choice("parse_mode", "How the text is marked up.", "Markdown", "Markdown", "HTML", "MarkdownV2"),
            Group(
                "media_config", "What to send.",
                Text("file_path", "Where it is."), Text("caption", "What to write below."), Flag("supports_streaming", "A video may be shown while it loads.", false)),
            Group(
                "keyboard_config", "Buttons below the message.",
                Choice("type", "Where they are.", "inline", "inline", "reply"), List("buttons", "Rows of buttons."),
                Flag("resize_keyboard", "Make it as small as its buttons.", true), Flag("one_time_keyboard", "Hide it after use.", false)),
            Group(
                "location_config", "send_location: where.",
                Amount("latitude", "Degrees north.", null, -90, 90), Amount("longitude", "Degrees east.", null, -180, 180),
                Whole("live_period", "Seconds it is kept up to date.", null, 60, 86_400)),
            Group(
                "contact_config", "send_contact: who.",
                Text("phone_number", "Number."), Text("first_name", "First name."), Text("last_name", "Last name.")),
            Group(
                "poll_config", "send_poll: what to ask.",
                Text("question", "The question."), List("options", "The answers."), Flag("is_anonymous", "Nobody sees who chose what.", true),
                Choice("type", "Whether there is a right answer.", "regular", "regular", "quiz"),
                Flag("allows_multiple_answers", "More than one may be chosen.", false)),
            Group(
                "user_management", "Whom it is about, and how.",
                Text("user_id", "Which member."), Whole("until_date", "When it ends, in seconds since 1970."),
                Flag("revoke_messages", "Delete the member's messages.", false), Shape("permissions", "What the member may do.")),
            Group(
                "message_options", "How it is sent.",
                Flag("disable_notification", "Without a sound.", false), Flag("protect_content", "It cannot be forwarded.", false),
                Flag("allow_sending_without_reply", "Send it though what it answers is gone.", true),
                Whole("reply_to_message_id", "What it answers.")),
            Group(
                "edit_config", "edit_message, delete_message, pin_message: which.",
                Whole("message_id", "Which message."), Text("inline_message_id", "Which message sent through inline mode.")),
            Group(
                "forward_config", "forward_message: what, from where.", Text("from_chat_id", "From which chat."), Whole("message_id", "Which message.")),
            Retries,
            .. Common,
        ],
        Inputs = ActionInputs,
        Outputs = ActionOutputs("telegram_response", WholeField("message_id", "The message."), TextField("chat_id", "Where.")),
        Examples =
        [
            Example(
                "A note to a group",
                """{"telegram_bot_token": "{{$placeholder}}", "action_type": "send_message", "chat_id": "-100200", "message_text": "Backup done."}""",
                """{"success": true, "message_id": 77, "chat_id": "-100200"}"""),
        ],
    };
}
