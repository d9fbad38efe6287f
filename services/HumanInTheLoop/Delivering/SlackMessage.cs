using System.Globalization;
using System.Text.Json.Nodes;
using AiTeams.HumanInTheLoop.Questions;

namespace AiTeams.HumanInTheLoop.Delivering;

/// <summary>Bodies of chat.postMessage and chat.update in Block Kit (docs.slack.dev, "Block Kit"). Pure.</summary>
internal static class SlackMessage
{
    private const int LongestSection = 3_000;
    private const int LongestButton = 75;
    private const int LongestContext = 2_000;
    private const int MaxButtons = 20;

    /// <summary>A message, with buttons when it puts the question.</summary>
    public static JsonObject Post(Delivery delivery, MessageText text, string answerUrl)
    {
        var body = new JsonObject
        {
            ["channel"] = delivery.Recipient,
            ["text"] = SlackText.Cut(SlackText.Escape(text.Subject), LongestSection),
            ["blocks"] = Blocks(delivery, text, answerUrl),
            ["unfurl_links"] = false,
            ["unfurl_media"] = false,
            ["metadata"] = new JsonObject
            {
                ["event_type"] = "ai_teams_interaction",
                ["event_payload"] = new JsonObject { ["interaction_id"] = delivery.Interaction.Id.ToString("D"), ["delivery_id"] = delivery.Id.ToString("D") },
            },
        };
        if (ThreadOf(delivery) is var (channel, ts))
        {
            (body["channel"], body["thread_ts"]) = (channel, ts);
        }

        return body;
    }

    /// <summary>What the message that put the question becomes when it is over: the same, and who decided instead of buttons.</summary>
    public static JsonObject Close(Delivery delivery, MessageText text, string channel, string ts) => new()
    {
        ["channel"] = channel,
        ["ts"] = ts,
        ["text"] = SlackText.Cut(SlackText.Escape(text.Subject), LongestSection),
        ["blocks"] = new JsonArray(Section($"*{SlackText.Escape(delivery.Interaction.Question.Title)}*"), Section(text.Body)),
    };

    /// <summary>The channel and the message that put the question, for messages that follow it.</summary>
    public static (string Channel, string Ts)? ThreadOf(Delivery delivery) =>
        delivery.Thread is { } reference && reference.IndexOf(':', StringComparison.Ordinal) is var at and > 0 ? (reference[..at], reference[(at + 1)..]) : null;

    private static JsonArray Blocks(Delivery delivery, MessageText text, string answerUrl)
    {
        var blocks = new JsonArray(Section(text.Body));
        if (delivery.Asks && answerUrl.Length > 0)
        {
            blocks.Add(new JsonObject
            {
                ["type"] = "actions",
                ["block_id"] = $"hil:{delivery.Interaction.Id:D}",
                ["elements"] = Buttons(delivery.Interaction.Id, delivery.Interaction.Question, answerUrl),
            });
        }

        if (delivery.PutsTheQuestion)
        {
            blocks.Add(new JsonObject
            {
                ["type"] = "context",
                ["elements"] = new JsonArray(new JsonObject
                {
                    ["type"] = "plain_text",
                    ["text"] = SlackText.Cut($"{delivery.Interaction.Question.WorkflowName} · you may also reply in this thread", LongestContext),
                }),
            });
        }

        return blocks;
    }

    private static JsonArray Buttons(Guid id, Question question, string answerUrl)
    {
        var buttons = new JsonArray();
        switch (question.Type)
        {
            // What needs words is answered on the page, or in the thread.
            case "approval" when !question.ReasonRequired:
                buttons.Add(Button(id, "approve", question.ApprovalOptions[0], "primary"));
                buttons.Add(Button(id, "reject", question.ApprovalOptions[1], "danger"));
                break;
            case "review" when question.Scoring == "pass_fail" && !question.EvidenceRequired:
                buttons.Add(Button(id, "approve", "pass", "primary"));
                buttons.Add(Button(id, "reject", "fail", "danger"));
                break;
            case "selection" when !question.Multiple && question.Options.Count <= MaxButtons:
                for (var at = 0; at < question.Options.Count; at++)
                {
                    buttons.Add(Button(id, string.Create(CultureInfo.InvariantCulture, $"option:{at}"), question.Options[at].Label, null));
                }

                break;
        }

        buttons.Add(new JsonObject
        {
            ["type"] = "button",
            ["action_id"] = $"hil:{id:D}:open",
            ["text"] = new JsonObject { ["type"] = "plain_text", ["text"] = buttons.Count == 0 ? "Answer" : "Open the page" },
            ["url"] = answerUrl,
        });
        return buttons;
    }

    private static JsonObject Button(Guid id, string what, string label, string? style)
    {
        var button = new JsonObject
        {
            ["type"] = "button",
            ["action_id"] = $"hil:{id:D}:{what}",
            ["text"] = new JsonObject { ["type"] = "plain_text", ["text"] = SlackText.Cut(label, LongestButton) },
            ["value"] = what,
        };
        if (style is not null)
        {
            button["style"] = style;
        }

        return button;
    }

    private static JsonObject Section(string markdown) => new()
    {
        ["type"] = "section",
        ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = SlackText.Cut(markdown.Length > 0 ? markdown : " ", LongestSection) },
    };
}
