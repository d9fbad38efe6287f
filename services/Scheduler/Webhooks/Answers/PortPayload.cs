using System.Text.Json;

namespace AiTeams.Scheduler.Webhooks.Answers;

/// <summary>A node's output is kept by port; what goes on to the next node, and to a caller, is the payload of the port that has one.</summary>
internal static class PortPayload
{
    private const string LoopBody = "iteration";

    /// <param name="output">JSON text in UTF-8: an object of payloads by port, or nothing. What a loop gives its body is not what it gives.</param>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> output)
    {
        var reader = new Utf8JsonReader(output.Span, new JsonReaderOptions { MaxDepth = 1000 });
        if (output.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return default;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isLoopBody = reader.ValueTextEquals(LoopBody);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (!isLoopBody)
            {
                return output[start..(int)reader.BytesConsumed];
            }
        }

        return default;
    }
}
