using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Errors;
using MimeKit;

namespace AiTeams.Scheduler.Mail;

/// <summary>A message as JSON: what a provider's own shape is brought into before it is handed over (docs/triggers.md). Pure.</summary>
internal static class PostedMail
{
    private const int MaxItems = 100;
    private const int LongestValue = 4000;

    private static readonly string[] Fields =
    [
        "recipient", "from", "to", "cc", "reply_to", "subject", "text", "html", "headers", "date", "message_id", "in_reply_to", "references", "attachments",
    ];

    private static readonly string[] RecipientFields = ["recipient", "to", "cc"];
    private static readonly string[] AttachmentFields = ["name", "type", "content_base64"];

    /// <summary>Who it is for, of what can be read: asked before anybody has shown that it may be believed.</summary>
    public static IReadOnlyList<string> RecipientsOf(JsonObject mail)
    {
        var written = RecipientFields.SelectMany(name => mail[name] is JsonArray many ? many.AsEnumerable() : [mail[name]]);
        return [.. written.Select(TextOf).OfType<string>().Select(AddressIn).OfType<string>().Where(EmailSettings.IsAddress).Distinct().Take(MaxItems)];
    }

    /// <summary>The message, or the 422 problem with everything that is wrong with it.</summary>
    /// <param name="bytes">As they came.</param>
    public static ReceivedMail Read(JsonObject mail, ReadOnlyMemory<byte> bytes)
    {
        var problems = mail.Where(field => !Fields.Contains(field.Key))
            .Select(field => new Problem("unknown_field", $"'{field.Key}' is not a field of a message: {string.Join(", ", Fields)}.", JsonPointer.Append("", field.Key))).ToList();
        var id = Text("message_id").Trim().TrimStart('<').TrimEnd('>');
        var read = new ReceivedMail
        {
            Id = id.Length > 0 ? $"message-id:{id}" : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes.Span))}",
            MessageId = id,
            From = Text("from"),
            Sender = AddressIn(Text("from")) ?? "",
            To = Texts("to"),
            Cc = Texts("cc"),
            ReplyTo = Texts("reply_to"),
            Recipients = RecipientsOf(mail),
            Subject = Text("subject"),
            Text = Text("text", MailText.Longest),
            Html = Text("html", MailText.Longest),
            Headers = Headers(mail["headers"], problems),
            Date = DateOf(mail["date"], problems),
            InReplyTo = Text("in_reply_to").Trim().TrimStart('<').TrimEnd('>'),
            References = [.. Texts("references").Select(reference => reference.Trim().TrimStart('<').TrimEnd('>'))],
            Attachments = Attachments(mail["attachments"], problems),
        };
        return problems.Count == 0 ? read : throw Problems.Validation(problems);

        string Text(string name, int longest = LongestValue)
        {
            if (mail[name] is null || TextOf(mail[name]) is { } text && text.Length <= longest)
            {
                return TextOf(mail[name]) ?? "";
            }

            problems.Add(new Problem("invalid_type", $"{name} is text of at most {longest} characters.", $"/{name}"));
            return "";
        }

        IReadOnlyList<string> Texts(string name)
        {
            var items = mail[name] switch { null => [], JsonArray many => many.ToList(), var one => [one] };
            if (items.Count <= MaxItems && items.All(item => TextOf(item) is { Length: <= LongestValue }))
            {
                return [.. items.Select(item => TextOf(item)!)];
            }

            problems.Add(new Problem("invalid_type", $"{name} is a text or a list of at most {MaxItems} texts.", $"/{name}"));
            return [];
        }
    }

    /// <summary>The address in what may have a name before it, in lower case; null for none.</summary>
    public static string? AddressIn(string written) =>
        MailboxAddress.TryParse(written, out var mailbox) && mailbox.Address.Length > 0 ? MailText.Storable(mailbox.Address, LongestValue).ToLowerInvariant() : null;

    private static Dictionary<string, string> Headers(JsonNode? value, List<Problem> problems)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (value is not null and not JsonObject)
        {
            problems.Add(new Problem("invalid_type", "headers is an object of texts.", "/headers"));
        }

        foreach (var (name, header) in value as JsonObject ?? [])
        {
            if (TextOf(header) is not { Length: <= LongestValue } text || headers.Count == MaxItems * 2)
            {
                problems.Add(new Problem("invalid_type", $"headers has at most {MaxItems * 2} texts of {LongestValue} characters.", JsonPointer.Append("/headers", name)));
                break;
            }

            headers[name.ToLowerInvariant()] = text;
        }

        return headers;
    }

    private static DateTimeOffset? DateOf(JsonNode? value, List<Problem> problems)
    {
        if (value is null)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(TextOf(value), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
        {
            return date;
        }

        problems.Add(new Problem("invalid_date", "date is written as RFC 3339 has it: 2026-03-02T07:00:00Z.", "/date"));
        return null;
    }

    private static List<ReceivedAttachment> Attachments(JsonNode? value, List<Problem> problems)
    {
        var read = new List<ReceivedAttachment>();
        if (value is not null and not JsonArray { Count: <= MaxItems })
        {
            problems.Add(new Problem("invalid_type", $"attachments is a list of at most {MaxItems} of {{name, type, content_base64}}.", "/attachments"));
            return read;
        }

        foreach (var item in value as JsonArray ?? [])
        {
            if (item is JsonObject one && one.All(field => AttachmentFields.Contains(field.Key)) && TextOf(one["name"]) is { Length: > 0 and <= 255 } name
                && TextOf(one["content_base64"]) is { } written && Decoded(written) is { } content)
            {
                var type = TextOf(one["type"]) is { Length: > 0 and <= 255 } said ? said : "application/octet-stream";
                read.Add(new ReceivedAttachment(name, type, content.Length, content.Length <= AttachmentRules.MaxTogether ? content : (ReadOnlyMemory<byte>?)null));
            }
            else
            {
                problems.Add(new Problem("invalid_attachment", "An attachment is {name, type?, content_base64}, its content in base64.", $"/attachments/{read.Count}"));
                break;
            }
        }

        return read;
    }

    private static byte[]? Decoded(string base64)
    {
        var bytes = new byte[base64.Length / 4 * 3 + 3];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
