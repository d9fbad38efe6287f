using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using AiTeams.ServiceDefaults.Errors;
using Microsoft.Net.Http.Headers;

namespace AiTeams.Scheduler.Webhooks.Bodies;

/// <summary>A body as its declared type says; nobody guesses from the bytes what somebody may have meant.</summary>
/// <param name="Parsed">JSON as it stands, a form's fields, text, or {content_type, size, content} with base64; null for no body.</param>
/// <param name="Raw">The same as it came, when it is UTF-8 and not long; else null.</param>
internal sealed record WebhookBody(JsonNode? Parsed, string? Raw)
{
    /// <summary>Longer bodies are handed on parsed only, so that the run's data is not twice as long.</summary>
    public const int LongestRaw = 128 * 1024;

    private static readonly WebhookBody None = new(null, "");

    /// <summary>Throws a problem (400, 413, 415, 422) for a body that is not what it is declared to be, or not storable.</summary>
    public static WebhookBody Read(string? contentType, ReadOnlyMemory<byte> bytes, bool acceptsAnyType)
    {
        // What is no type at all is refused even without a body: a sender who gets it wrong learns so from the first call.
        var type = TypeOf(contentType);
        if (bytes.IsEmpty)
        {
            return None;
        }

        var isText = Utf8.IsValid(bytes.Span);
        var parsed = Parse(type, bytes, isText, acceptsAnyType);
        return new WebhookBody(parsed, isText && bytes.Length <= LongestRaw && !bytes.Span.Contains((byte)0) ? Encoding.UTF8.GetString(bytes.Span) : null);
    }

    private static MediaTypeHeaderValue? TypeOf(string? contentType)
    {
        if (string.IsNullOrWhiteSpace(contentType))
        {
            return null;
        }

        return MediaTypeHeaderValue.TryParse(contentType, out var type) && type is { MatchesAllTypes: false, MatchesAllSubTypes: false }
            ? type
            : throw Problems.UnsupportedMediaType("The Content-Type is not a media type.");
    }

    private static JsonNode? Parse(MediaTypeHeaderValue? type, ReadOnlyMemory<byte> bytes, bool isText, bool acceptsAnyType)
    {
        if (type is null)
        {
            return isText ? TextBody.Of(bytes.Span, isLatin1: false) : AsFile(null, bytes, acceptsAnyType);
        }

        if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
        {
            TextBody.RequireUtf8(type, isText);
            return JsonText.Parse(bytes.Span);
        }

        if (type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            TextBody.RequireUtf8(type, isText);
            return FormText.Parse(bytes.Span);
        }

        if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return MultipartForm.Parse(type, bytes);
        }

        if (type.Type.Equals("text", StringComparison.OrdinalIgnoreCase))
        {
            return TextBody.Of(type, bytes.Span, isText);
        }

        return AsFile(type, bytes, acceptsAnyType);
    }

    private static JsonObject AsFile(MediaTypeHeaderValue? type, ReadOnlyMemory<byte> bytes, bool acceptsAnyType) => acceptsAnyType
        ? new JsonObject
        {
            ["content_type"] = type?.ToString() ?? "application/octet-stream",
            ["size"] = bytes.Length,
            ["content"] = Convert.ToBase64String(bytes.Span),
        }
        : throw Problems.UnsupportedMediaType(
            "This webhook takes JSON, forms (urlencoded or multipart) and text. A trigger with accept_any_type takes other types too, unparsed.");
}
