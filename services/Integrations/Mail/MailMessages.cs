using AiTeams.Contracts.Integrations.V1;
using MimeKit;
using MimeKit.Utils;

namespace AiTeams.Integrations.Mail;

/// <summary>A message as it was asked for, as one that can be sent. Pure but for the date and the boundaries between its parts.</summary>
internal static class MailMessages
{
    private const int MaxRecipients = 100;
    private const int MaxTextLength = 1_000_000;
    private const int MaxAttachmentBytes = 20 * 1024 * 1024;
    private const int MaxHeaderLength = 900;

    // What the message says of itself is not said a second time by a header of the caller's.
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version", "Return-Path", "Received",
    };

    /// <summary>The message, or what is wrong with it.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="from">The sender when the request names none.</param>
    /// <param name="now">The date it carries.</param>
    public static (MimeMessage? Message, string? Problem) Build(SendMailRequest request, string from, DateTimeOffset now)
    {
        if (Problem(request) is { } problem)
        {
            return (null, problem);
        }

        if (request.From.Length + from.Length == 0)
        {
            return (null, "The message needs a sender under from: the platform has none of its own.");
        }

        var message = new MimeMessage { Subject = request.Subject, Date = now };
        foreach (var (name, given, list) in new (string, IEnumerable<string>, InternetAddressList)[]
        {
            ("from", [request.From.Length > 0 ? request.From : from], message.From),
            ("reply_to", request.ReplyTo.Length > 0 ? [request.ReplyTo] : [], message.ReplyTo),
            ("to", request.To, message.To),
            ("cc", request.Cc, message.Cc),
        })
        {
            foreach (var text in given)
            {
                if (Mailbox(text) is not { } mailbox)
                {
                    return (null, $"'{text}' under {name} is no address.");
                }

                list.Add(mailbox);
            }
        }

        message.MessageId = request.MessageId.Length > 0 ? request.MessageId : MimeUtils.GenerateMessageId(message.From.Mailboxes.First().Domain);
        if (request.InReplyTo.Length > 0)
        {
            message.InReplyTo = request.InReplyTo;
        }

        message.References.AddRange(request.References);
        foreach (var header in request.Headers)
        {
            message.Headers.Add(header.Name, header.Value);
        }

        message.Body = Body(request);
        return (message, null);
    }

    private static MimeEntity Body(SendMailRequest request)
    {
        var body = new BodyBuilder { TextBody = request.Text, HtmlBody = request.Html.Length > 0 ? request.Html : null };
        foreach (var attachment in request.Attachments)
        {
            var type = ContentType.TryParse(attachment.Type, out var parsed) && !parsed.IsMimeType("multipart", "*") && !parsed.IsMimeType("message", "*")
                ? parsed : new ContentType("application", "octet-stream");
            body.Attachments.Add(attachment.Name, attachment.Content.ToByteArray(), type);
        }

        return body.ToMessageBody();
    }

    private static string? Problem(SendMailRequest request)
    {
        if (request.To.Count + request.Cc.Count is 0 or > MaxRecipients || request.To.Count == 0)
        {
            return $"A message goes to 1 to {MaxRecipients} addresses, at least one of them under to.";
        }

        if (request.Text.Length + request.Html.Length > MaxTextLength)
        {
            return $"Text and HTML have more than {MaxTextLength} characters together.";
        }

        if (request.Attachments.Sum(attachment => (long)attachment.Content.Length) > MaxAttachmentBytes)
        {
            return $"The attachments are larger than {MaxAttachmentBytes} bytes together.";
        }

        // A line break in a header would begin another one (RFC 5322, section 2.2).
        string[] lines =
        [
            request.From, request.ReplyTo, request.Subject, request.MessageId, request.InReplyTo, .. request.To, .. request.Cc, .. request.References,
            .. request.Headers.Select(header => header.Value), .. request.Attachments.Select(attachment => attachment.Name),
        ];
        if (Array.Exists(lines, line => line.Length > MaxHeaderLength || line.Any(char.IsControl)))
        {
            return $"Addresses, subject, ids, headers and names of attachments are single lines of at most {MaxHeaderLength} characters.";
        }

        if (request.Headers.FirstOrDefault(header => !IsName(header.Name) || Own.Contains(header.Name) || header.Name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)) is { } wrong)
        {
            return $"'{wrong.Name}' is no header that could be added.";
        }

        return new[] { request.MessageId, request.InReplyTo }.Concat(request.References).FirstOrDefault(id => id.Length > 0 && !IsId(id)) is { } broken
            ? $"'{broken}' is no message id without its angle brackets."
            : null;
    }

    private static MailboxAddress? Mailbox(string text) =>
        MailboxAddress.TryParse(text, out var mailbox) && mailbox.Address.IndexOf('@', StringComparison.Ordinal) is var at and > 0 && at < mailbox.Address.Length - 1 ? mailbox : null;

    private static bool IsName(string name) => name.Length is > 0 and <= 70 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');

    private static bool IsId(string id) => id.Contains('@', StringComparison.Ordinal) && !id.Any(letter => letter is '<' or '>' or ' ');
}
