using System.Text.Json.Nodes;
using System.Text.Unicode;
using AiTeams.Scheduler.Webhooks.Bodies;
using AiTeams.ServiceDefaults.Errors;
using Microsoft.Net.Http.Headers;

namespace AiTeams.Scheduler.Triggers;

/// <summary>What GitHub and Slack send: JSON, or a form with JSON in its field "payload".</summary>
internal static class ProviderBody
{
    private const string Payload = "payload";

    /// <summary>The JSON object; of a form without a payload its fields.</summary>
    public static JsonObject Read(string? contentType, ReadOnlyMemory<byte> bytes)
    {
        if (!Utf8.IsValid(bytes.Span))
        {
            throw TextBody.NotUtf8();
        }

        var type = MediaTypeHeaderValue.TryParse(contentType, out var declared) ? declared.MediaType.ToString().ToLowerInvariant() : "";
        return type switch
        {
            "application/json" => Object(JsonText.Parse(bytes.Span)),
            "application/x-www-form-urlencoded" when FormText.Parse(bytes.Span) is var form =>
                form[Payload] is JsonValue text && text.TryGetValue(out string? json) ? Object(JsonText.Parse(System.Text.Encoding.UTF8.GetBytes(json))) : form,
            _ => throw Problems.UnsupportedMediaType("application/json is taken, and a form with the field payload."),
        };
    }

    private static JsonObject Object(JsonNode? json) => json as JsonObject ?? throw Problems.Validation("invalid_type", "The payload is an object.", "");
}
