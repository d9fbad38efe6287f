using System.Net;
using System.Text.RegularExpressions;
using MimeKit;

namespace AiTeams.HumanInTheLoop.Replies;

/// <summary>A mail read as a reply to one of ours. Pure.</summary>
internal static partial class ReplyMail
{
    private const int LongestText = 100_000;
    private static readonly ParserOptions Careful = new() { MaxMimeDepth = 32 };

    /// <summary>Null: it replies to nothing of ours, or cannot be read at all.</summary>
    /// <param name="raw">As in RFC 5322; of a message that is too large only the headers.</param>
    /// <param name="fallbackId">What it is called when it has no Message-ID.</param>
    /// <param name="now">When it was found.</param>
    public static IncomingReply? Read(Stream raw, string fallbackId, DateTimeOffset now)
    {
        MimeMessage message;
        try
        {
            message = MimeMessage.Load(Careful, raw);
        }
        catch (Exception broken) when (broken is FormatException or IOException or InvalidDataException)
        {
            return null;
        }

        var references = message.References.Append(message.InReplyTo ?? "").Where(id => Ours().IsMatch(id)).Distinct().TakeLast(20).ToList();
        if (references.Count == 0 || message.From.Mailboxes.FirstOrDefault() is not { Address.Length: > 0 } from)
        {
            return null;
        }

        return new IncomingReply
        {
            Channel = "email",
            ExternalId = string.IsNullOrEmpty(message.MessageId) ? fallbackId : message.MessageId,
            Sender = Storable(from.Address),
            SenderName = string.IsNullOrWhiteSpace(from.Name) ? null : Storable(from.Name),
            Place = "email",
            References = references,
            Text = Storable(TextOf(message)),
            ReceivedAt = now,
            AutoSubmitted = Header(message, HeaderId.AutoSubmitted) ?? (IsReport(message) ? "auto-generated" : null),
            Precedence = Header(message, HeaderId.Precedence),
        };
    }

    private static string? Header(MimeMessage message, HeaderId id) => message.Headers[id] is { Length: > 0 } value ? Storable(value) : null;

    // A notice that a mail did not arrive (RFC 3462).
    private static bool IsReport(MimeMessage message) => message.Body?.ContentType.IsMimeType("multipart", "report") == true;

    private static string TextOf(MimeMessage message)
    {
        var text = message.TextBody ?? (message.HtmlBody is { } html ? Plain(html.Length <= LongestText ? html : html[..LongestText]) : "");
        return text.Length <= LongestText ? text : text[..LongestText];
    }

    // Enough of HTML to find what was written above the quotation.
    private static string Plain(string html)
    {
        var visible = Quoted().Replace(Hidden().Replace(html, ""), "\n");
        return WebUtility.HtmlDecode(Tag().Replace(Line().Replace(visible, "\n"), "")).Trim();
    }

    private static string Storable(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.Value == 0 ? "\ufffd" : rune.ToString()));

    [GeneratedRegex("^hil\\.[0-9a-f]{32}\\.[0-9a-f]{32}@[A-Za-z0-9.-]{1,253}$")]
    private static partial Regex Ours();

    [GeneratedRegex("<(style|script|head)\\b[^>]*>.*?</\\1>|<!--.*?-->", RegexOptions.IgnoreCase | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hidden();

    [GeneratedRegex("<blockquote\\b.*", RegexOptions.IgnoreCase | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex("<(br|/p|/div|/tr|/li)\\b[^>]*>", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();

    [GeneratedRegex("<[^>]*>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();
}
