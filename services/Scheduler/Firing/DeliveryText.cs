using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;

namespace AiTeams.Scheduler.Firing;

/// <summary>
/// A delivery's data as JSON text in UTF-8. Nobody shows it in a page: it is not escaped for one, which would make it up to six times as long.
/// Long texts are written piece by piece: the writer escapes a text in a buffer of twelve bytes for each character, borrowed from a pool that
/// keeps one for every thread, and a few senders of long texts would make the process grow by hundreds of megabytes.
/// </summary>
internal static class DeliveryText
{
    private const int Piece = 4096;

    private static readonly JsonWriterOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ByteString Of(JsonObject data)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Plainly))
        {
            Write(writer, data);
        }

        return UnsafeByteOperations.UnsafeWrap(buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                writer.WriteStartObject();
                foreach (var (name, value) in fields)
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValue value when value.TryGetValue(out string? text) && text.Length > Piece:
                var rest = text.AsSpan();
                for (; rest.Length > Piece; rest = rest[Piece..])
                {
                    writer.WriteStringValueSegment(rest[..Piece], isFinalSegment: false);
                }

                writer.WriteStringValueSegment(rest, isFinalSegment: true);
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }
}
