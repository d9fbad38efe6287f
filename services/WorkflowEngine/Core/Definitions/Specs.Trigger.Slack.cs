namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Starting when something happens in a Slack workspace.</summary>
internal static partial class Specs
{
    private static NodeSpec SlackTrigger => new(NodeTypes.Trigger, "SLACK", "Starts the workflow when something happens in a Slack workspace.")
    {
        Version = "1.2.0",
        Parameters =
        [
            Required(Text("workspace_id", "The workspace's id.")),
            Required(List("events", "What to listen for.", "message", "app_mention") with
            {
                ItemOptions =
                [
                    "message", "app_mention", "reaction_added", "reaction_removed", "channel_created", "channel_deleted",
                    "member_joined_channel", "member_left_channel", "user_change", "team_join", "file_shared", "interactive", "slash_command",
                ],
            }),
            List("channels", "Only these channels; none means all.") with { PickList = SlackChannels },
            List("keywords", "One of these words has to be in the text; none means every text."),
            Required(Secret("signing_secret", "What Slack signs with: the signing secret of the app that listens.")),
            Flag("mention_required", "Only what mentions the bot.", false),
            Text("command_prefix", "Only texts that begin so."),
            List("user_filter", "Only what these people do, by id; none means everybody."),
            Flag("ignore_bots", "What bots write fires nothing.", true),
            Flag("require_thread", "Only answers in a thread.", false),
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
                "Somebody asks the bot", """{"workspace_id": "T0123456", "events": ["app_mention"], "signing_secret": "{{$placeholder}}", "bot_token": "{{$placeholder}}"}""",
                """{"event_type": "app_mention", "channel_name": "support", "message_text": "@helper where is order 17?"}"""),
        ],
    };
}
