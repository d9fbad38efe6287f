using System.Text;
using System.Text.Json;

namespace AiTeams.Scheduler.Webhooks.Answers;

/// <summary>A payload as text or HTML: text is itself, an object stands for the text it carries, all else is shown as JSON.</summary>
internal static class OutputText
{
    // What transformations and code, agents, and templates call what they made, in this order.
    private static readonly string[] Carriers = ["html", "text", "content", "result", "transformed_data", "body"];

    /// <param name="output">JSON text in UTF-8.</param>
    public static string Of(ReadOnlyMemory<byte> output)
    {
        using var document = JsonDocument.Parse(output, new JsonDocumentOptions { MaxDepth = 1000 });
        var root = document.RootElement;
        return TextIn(root)
            ?? (root.ValueKind == JsonValueKind.Object
                ? Carriers.Select(name => root.TryGetProperty(name, out var carried) ? TextIn(carried) : null).FirstOrDefault(text => text is not null)
                : null)
            ?? Encoding.UTF8.GetString(output.Span);
    }

    private static string? TextIn(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
