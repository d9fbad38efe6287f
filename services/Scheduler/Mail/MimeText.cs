using System.Security.Cryptography;
using MimeKit;

namespace AiTeams.Scheduler.Mail;

/// <summary>
/// A message's bytes (RFC 5322, MIME) as <see cref="ReceivedMail"/>. The bytes are a stranger's: they are counted before anything is built of them, and
/// what there is too much of is refused as a whole. Pure.
/// </summary>
internal static class MimeText
{
    public const int MaxParts = 500;
    public const int MaxHeaders = 2000;
    public const int MaxHeaderBytes = 256 * 1024;

    private const int MaxDepth = 30;
    private const int LongestValue = 4000;
    private const int MaxHeaderCharacters = 64 * 1024;
    private const int MaxAddresses = 100;
    private static readonly string[] Envelope = ["Delivered-To", "X-Original-To", "Envelope-To"];

    private static readonly ParserOptions Options = new() { MaxMimeDepth = MaxDepth };

    /// <param name="isHeadersOnly">The message was too large to be read; these are its headers.</param>
    /// <returns>Null, and why, for what is no message or too much of one.</returns>
    public static (ReceivedMail? Mail, string Fault) Read(ReadOnlyMemory<byte> raw, bool isHeadersOnly = false)
    {
        using var stream = Stream(raw);
        try
        {
            if (!isHeadersOnly)
            {
                new MimeCensus(stream, Options).ReadMessage();
                stream.Position = 0;
            }

            using var message = MimeMessage.Load(Options, stream, persistent: true);
            return (Of(message, raw, isHeadersOnly), "");
        }
        catch (TooMuchMimeException tooMuch)
        {
            return (null, tooMuch.Message);
        }
        catch (Exception broken) when (broken is FormatException or ArgumentException or InvalidOperationException or NotSupportedException or IOException)
        {
            return (null, "This is no message as RFC 5322 has it.");
        }
    }

    /// <summary>Who a message is for, of its headers alone: asked before anybody has shown that it may be believed. Empty for what is no message.</summary>
    public static IReadOnlyList<string> RecipientsOf(ReadOnlyMemory<byte> raw)
    {
        using var stream = Stream(raw[..Math.Min(raw.Length, MaxHeaderBytes)]);
        try
        {
            return Recipients(new MimeParser(Options, stream).ParseHeaders());
        }
        catch (Exception broken) when (broken is FormatException or ArgumentException or IOException)
        {
            return [];
        }
    }

    private static ReceivedMail Of(MimeMessage message, ReadOnlyMemory<byte> raw, bool isHeadersOnly)
    {
        var parts = new MailParts();
        if (!isHeadersOnly)
        {
            parts.Add(message.Body);
        }

        var id = Clean(message.MessageId);
        return new ReceivedMail
        {
            Id = id.Length > 0 ? $"message-id:{id}" : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(raw.Span))}",
            MessageId = id,
            From = Clean(message.From.ToString()),
            Sender = Clean((message.From.Mailboxes.FirstOrDefault() ?? message.Sender)?.Address).ToLowerInvariant(),
            To = Written(message.To),
            Cc = Written(message.Cc),
            ReplyTo = Written(message.ReplyTo),
            Recipients = Recipients(message.Headers),
            Subject = Clean(message.Subject),
            Text = parts.Text,
            Html = parts.Html,
            Headers = HeadersOf(message.Headers),
            Date = message.Date == DateTimeOffset.MinValue ? null : message.Date,
            InReplyTo = Clean(message.InReplyTo),
            References = [.. message.References.Take(MaxAddresses).Select(Clean)],
            Attachments = parts.Attachments,
            LeftOut = isHeadersOnly ? "The message is too large to be read as a whole: only its headers were." : parts.LeftOut,
        };
    }

    private static List<string> Written(InternetAddressList addresses) => [.. addresses.Take(MaxAddresses).Select(address => Clean(address.ToString()))];

    private static string[] Recipients(HeaderList headers)
    {
        var written = headers
            .Where(header => header.Id is HeaderId.To or HeaderId.Cc || Envelope.Contains(header.Field, StringComparer.OrdinalIgnoreCase))
            .SelectMany(header => InternetAddressList.TryParse(Options, header.Value, out var list) ? list.Mailboxes : []);
        return [.. written.Select(mailbox => Clean(mailbox.Address).ToLowerInvariant()).Where(EmailSettings.IsAddress).Distinct().Take(MaxAddresses)];
    }

    private static Dictionary<string, string> HeadersOf(HeaderList headers)
    {
        var (read, room) = (new Dictionary<string, string>(StringComparer.Ordinal), MaxHeaderCharacters);
        foreach (var header in headers)
        {
            var (name, value) = (Clean(header.Field).ToLowerInvariant(), Clean(header.Value));
            room -= name.Length + value.Length;
            if (room < 0)
            {
                break;
            }

            read[name] = read.TryGetValue(name, out var before) ? $"{before}\n{value}" : value;
        }

        return read;
    }

    private static string Clean(string? text) => MailText.Storable(text, LongestValue);

    private static MemoryStream Stream(ReadOnlyMemory<byte> raw) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(raw, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(raw.ToArray(), writable: false);
}
