using System.Text.Json.Nodes;

namespace AiTeams.Scheduler.Mail;

/// <summary>A message as triggers see it, whichever way it came. Its texts can be stored: they hold no NUL.</summary>
internal sealed record ReceivedMail
{
    /// <summary>What a message is known by, the same whichever way and however often it comes: its Message-ID; without one the hash of its bytes.</summary>
    public required string Id { get; init; }

    /// <summary>Without angle brackets; "" for none.</summary>
    public string MessageId { get; init; } = "";

    /// <summary>As written, with a name where there is one.</summary>
    public string From { get; init; } = "";

    /// <summary>The address alone, in lower case.</summary>
    public string Sender { get; init; } = "";

    public IReadOnlyList<string> To { get; init; } = [];

    public IReadOnlyList<string> Cc { get; init; } = [];

    public IReadOnlyList<string> ReplyTo { get; init; } = [];

    /// <summary>Every address it says it is for, in lower case: To, Cc, and what servers noted on the way.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    public string Subject { get; init; } = "";

    public string Text { get; init; } = "";

    public string Html { get; init; } = "";

    /// <summary>By name in lower case; one that occurs more than once has its values on lines of their own.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public DateTimeOffset? Date { get; init; }

    public string InReplyTo { get; init; } = "";

    public IReadOnlyList<string> References { get; init; } = [];

    public IReadOnlyList<ReceivedAttachment> Attachments { get; init; } = [];

    /// <summary>What could not be read of it, in a sentence; "" when everything was.</summary>
    public string LeftOut { get; init; } = "";
}

/// <param name="Size">In bytes, decoded.</param>
/// <param name="Content">Null when it is longer than could ever be handed on.</param>
internal sealed record ReceivedAttachment(string Name, string Type, long Size, ReadOnlyMemory<byte>? Content);

/// <summary>Words that can be stored and shown.</summary>
internal static class MailText
{
    /// <summary>Characters of a text or an HTML text that are handed on.</summary>
    public const int Longest = 128 * 1024;

    /// <summary>PostgreSQL stores no NUL, and half a surrogate pair is no character.</summary>
    public static string Storable(string? text, int longest = Longest)
    {
        text = (text ?? "").Replace('\0', '\uFFFD');
        if (text.Length <= longest)
        {
            return text;
        }

        return text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
    }

    public static JsonArray List(IReadOnlyList<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
