using System.Globalization;
using System.Text.Json.Nodes;
using AiTeams.Scheduler.Triggers;

namespace AiTeams.Scheduler.Mail;

/// <summary>Fired by a message: one that is found in a mailbox, or one that a mail provider hands over. Its key is the mailbox's address.</summary>
internal sealed class EmailTrigger : TriggerType
{
    public const string Name = "EMAIL";

    private const string Moment = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private static readonly string[] TextParameters = ["from", "subject", "text", "html", "message_id"];

    public override string Subtype => Name;

    public override TriggerPlan Plan(TriggerNode node, DateTimeOffset now)
    {
        var (settings, faults) = EmailSettings.Read(node.Configuration);
        return faults.Count == 0
            ? TriggerPlan.Of(MailText.Storable(settings.Address, EmailSettings.LongestAddress))
            : TriggerPlan.Refused([.. faults.Select(fault => node.Problem(fault.Code, fault.Message, fault.Parameter))]);
    }

    public override JsonObject InvocationSchema(JsonObject configuration)
    {
        var properties = new JsonObject(TextParameters.Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonObject { ["type"] = "string" })))
        {
            ["headers"] = new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" }, ["default"] = new JsonObject() },
        };
        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = "A message that arrives.",
            ["additionalProperties"] = false,
            ["properties"] = properties,
            ["examples"] = new JsonArray(new JsonObject { ["from"] = "Ann <ann@example.com>", ["subject"] = "Where is order 17?", ["text"] = "It should have come on Monday." }),
        };
    }

    public override JsonObject Simulate(JsonObject configuration, JsonObject parameters, DateTimeOffset now)
    {
        var settings = EmailSettings.Read(configuration).Settings;
        var from = (string?)parameters["from"] ?? "somebody@example.com";
        return Data(
            settings,
            new ReceivedMail
            {
                Id = "simulated",
                MessageId = (string?)parameters["message_id"] ?? "simulated@example.com",
                From = from,
                Sender = PostedMail.AddressIn(from) ?? from,
                To = [settings.Address],
                Recipients = [settings.Address],
                Subject = (string?)parameters["subject"] ?? "",
                Text = (string?)parameters["text"] ?? "",
                Html = (string?)parameters["html"] ?? "",
                Headers = (parameters["headers"] as JsonObject ?? []).GroupBy(header => header.Key.ToLowerInvariant())
                    .ToDictionary(header => header.Key, header => (string?)header.First().Value ?? ""),
                Date = now,
            },
            receivedAt: now, now);
    }

    /// <summary>The message as the workflow sees it.</summary>
    public static JsonObject Data(EmailSettings settings, ReceivedMail mail, DateTimeOffset receivedAt, DateTimeOffset now) => new()
    {
        ["trigger_time"] = Written(now),
        ["email_id"] = mail.MessageId,
        ["sender"] = mail.Sender,
        ["recipient"] = mail.Recipients.Contains(settings.Address) ? settings.Address : mail.Recipients.Count > 0 ? mail.Recipients[0] : settings.Address,
        ["from"] = mail.From,
        ["to"] = MailText.List(mail.To),
        ["cc"] = MailText.List(mail.Cc),
        ["reply_to"] = MailText.List(mail.ReplyTo),
        ["subject"] = mail.Subject,
        ["body_text"] = mail.Text,
        ["body_html"] = mail.Html,
        ["attachments"] = settings.Attachments.Describe(mail.Attachments),
        ["date"] = mail.Date is { } date ? Written(date) : null,
        ["received_date"] = Written(receivedAt),
        ["in_reply_to"] = mail.InReplyTo,
        ["references"] = MailText.List(mail.References),
        ["left_out"] = mail.LeftOut,
        ["trigger_message"] = $"A message{(mail.Sender.Length > 0 ? $" of {mail.Sender}" : "")} arrived{(mail.Subject.Length > 0 ? $": {mail.Subject}" : ".")}",
        ["email_headers"] = new JsonObject(mail.Headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))),
    };

    private static string Written(DateTimeOffset moment) => moment.UtcDateTime.ToString(Moment, CultureInfo.InvariantCulture);
}
