using System.Text.Json.Nodes;
using System.Text.Unicode;
using AiTeams.Scheduler.Firing;
using AiTeams.Scheduler.Triggers;
using AiTeams.Scheduler.Webhooks;
using AiTeams.Scheduler.Webhooks.Bodies;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Signatures;
using Microsoft.Net.Http.Headers;

namespace AiTeams.Scheduler.Mail;

/// <summary>
/// A message that a mail provider hands over, as JSON or as it was sent. Each trigger has a secret of its own (Standard Webhooks), so the recipients are
/// read to find who might listen, and those alone fire whose secret made the signature: whoever deploys somebody else's address gets nothing of theirs
/// and keeps nothing from them. An address nobody listens to looks like a wrong signature.
/// </summary>
internal sealed class ReceiveMail(TriggerLookup lookup, FireMatches fire, TimeProvider clock)
{
    public const int MaxBytes = 10 * 1024 * 1024;

    // So many look-ups a stranger's message may cost.
    private const int MaxRecipients = 20;

    public async Task<IResult> HandleAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var isMime = IsMime(request.ContentType);
        var bytes = await RawBody.ReadAsync(request, cancellationToken, MaxBytes);
        var json = isMime ? null : Json(bytes);
        var recipients = json is null ? MimeText.RecipientsOf(bytes) : PostedMail.RecipientsOf(json);
        var now = clock.GetUtcNow();
        var listening = new List<(DeployedTrigger Trigger, EmailSettings Settings)>();
        foreach (var recipient in recipients.Take(MaxRecipients))
        {
            listening.AddRange((await lookup.FindAsync(EmailTrigger.Name, recipient, cancellationToken))
                .Where(trigger => IsSigned(trigger, request.Headers, bytes.Span, now))
                .Select(trigger => (trigger, EmailSettings.Read(trigger.Configuration).Settings)));
        }

        if (listening.Count == 0)
        {
            throw Problems.Unauthorized("Nobody here listens to an address this message is for with the secret it is signed with, or it is too old.");
        }

        var mail = json is null ? Mime(bytes) : PostedMail.Read(json, bytes);
        return Results.Json(
            await fire.HandleAsync(listening.Where(one => one.Settings.Wants(mail))
                .Select(one => new Delivery(one.Trigger, mail.Id, EmailTrigger.Data(one.Settings, mail, receivedAt: now, now)))),
            statusCode: StatusCodes.Status202Accepted);
    }

    /// <summary>False without a secret, and for a trigger that reads its mailbox itself: what comes in by the webhook is none of its messages.</summary>
    internal static bool IsSigned(DeployedTrigger trigger, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        EmailSettings.Read(trigger.Configuration).Settings.Provider == EmailProvider.Webhook
        && StandardWebhooks.IsSigned(
            SettingReader.SecretOf(trigger, EmailSettings.SecretParameter), headers[StandardWebhooks.IdHeader], headers[StandardWebhooks.TimestampHeader],
            headers[StandardWebhooks.SignatureHeader], body, now);

    private static bool IsMime(string? contentType) =>
        (MediaTypeHeaderValue.TryParse(contentType, out var declared) ? declared.MediaType.ToString().ToLowerInvariant() : "") switch
        {
            "message/rfc822" => true,
            "application/json" => false,
            _ => throw Problems.UnsupportedMediaType("application/json is taken, and message/rfc822."),
        };

    private static JsonObject Json(ReadOnlyMemory<byte> bytes) => !Utf8.IsValid(bytes.Span)
        ? throw TextBody.NotUtf8()
        : JsonText.Parse(bytes.Span) as JsonObject ?? throw Problems.Validation("invalid_type", "A message is an object.", "");

    private static ReceivedMail Mime(ReadOnlyMemory<byte> bytes)
    {
        var (mail, fault) = MimeText.Read(bytes);
        return mail ?? throw Problems.Validation("invalid_message", fault, "");
    }
}
