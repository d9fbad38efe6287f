using System.Text;
using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Errors;
using Microsoft.Net.Http.Headers;

namespace AiTeams.Scheduler.Webhooks.Bodies;

/// <summary>Bytes as text, in the charsets that mean one thing everywhere: UTF-8, its part US-ASCII, and ISO-8859-1.</summary>
internal static class TextBody
{
    public static JsonNode Of(MediaTypeHeaderValue type, ReadOnlySpan<byte> bytes, bool isUtf8)
    {
        var isLatin1 = IsLatin1(type);
        if (!isLatin1)
        {
            RequireUtf8(type, isUtf8);
        }

        return Of(bytes, isLatin1);
    }

    public static JsonNode Of(ReadOnlySpan<byte> bytes, bool isLatin1) =>
        JsonValue.Create(Storable((isLatin1 ? Encoding.Latin1 : Encoding.UTF8).GetString(bytes), ""));

    /// <summary>415 for another charset, 400 for bytes that are not what their charset says.</summary>
    public static void RequireUtf8(MediaTypeHeaderValue type, bool isUtf8)
    {
        if (HeaderUtilities.RemoveQuotes(type.Charset) is { Length: > 0 } charset
            && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) && !charset.Equals("utf8", StringComparison.OrdinalIgnoreCase)
            && !charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
        {
            throw Problems.UnsupportedMediaType("Only the charset UTF-8 is taken; for text also ISO-8859-1.");
        }

        if (!isUtf8)
        {
            throw NotUtf8();
        }
    }

    public static ProblemException NotUtf8() => Problems.BadRequest("The body is not valid UTF-8.", "invalid_utf8");

    /// <summary>The text itself, or the problem with it: PostgreSQL stores no character NUL, and leaving it out would change what was sent.</summary>
    /// <param name="pointer">Where in the body it stands.</param>
    public static string Storable(string text, string pointer) => !text.Contains('\0', StringComparison.Ordinal)
        ? text
        : throw Problems.Validation("nul_character", "The character NUL (U+0000) cannot be stored.", pointer);

    private static bool IsLatin1(MediaTypeHeaderValue type) =>
        HeaderUtilities.RemoveQuotes(type.Charset) is var charset
        && (charset.Equals("iso-8859-1", StringComparison.OrdinalIgnoreCase) || charset.Equals("latin1", StringComparison.OrdinalIgnoreCase));
}
