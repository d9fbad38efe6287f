namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Starting when something happens in a Slack workspace.</summary>
internal static partial class Specs
{
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
