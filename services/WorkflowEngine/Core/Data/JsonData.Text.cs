using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiTeams.WorkflowEngine.Core.Data;

public readonly partial struct JsonData
{
    /// <summary>Deeper nesting than this is refused when reading. What nodes give is held to less.</summary>
    public const int MaxDepth = 512;

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        // Written into jsonb and application/json, never into HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 1000,
        SkipValidation = true,
    };

    /// <exception cref="JsonException">The text is not one well-formed JSON value, or one that cannot be stored.</exception>
    public static JsonData Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            var value = JsonDataReader.Read(ref reader);
            return reader.Read() ? throw new JsonException("There is more than one JSON value.") : value;
        }
        catch (InvalidOperationException exception)
        {
            // The reader's way of saying that a string holds half a surrogate pair or bytes that are not UTF-8.
            throw new JsonException($"A string is not valid Unicode: {exception.Message}", exception);
        }
    }

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    public static JsonData Parse(string json)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(json.Length));
        try
        {
            return Parse(rented.AsSpan(0, Encoding.UTF8.GetBytes(json, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Missing when the text is not JSON.</summary>
    public static JsonData TryParse(string json)
    {
        try
        {
            return Parse(json);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public static JsonData From(JsonNode? node) => node is null ? Null : Parse(JsonSerializer.SerializeToUtf8Bytes(node));

    public static JsonData From(JsonElement element) =>
        element.ValueKind == JsonValueKind.Undefined ? default : Parse(element.GetRawText());

    public JsonNode? ToNode() => IsNull ? null : JsonNode.Parse(ToUtf8());

    public byte[] ToUtf8()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The value as JSON text; a missing value reads <c>null</c>.</summary>
    public override string ToString()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        switch (_reference)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case JsonFields fields:
                writer.WriteStartObject();
                foreach (ref readonly var field in fields.AsSpan())
                {
                    writer.WritePropertyName(field.Key);
                    field.Value.WriteTo(writer);
                }

                writer.WriteEndObject();
                break;
            case JsonItems list:
                writer.WriteStartArray();
                foreach (ref readonly var item in list.Values.AsSpan())
                {
                    item.WriteTo(writer);
                }

                writer.WriteEndArray();
                break;
            case ExactNumber exact:
                writer.WriteRawValue(exact.Text, skipInputValidation: true);
                break;
            case var _ when ReferenceEquals(_reference, IntegerMarker):
                writer.WriteNumberValue(_bits);
                break;
            case var _ when ReferenceEquals(_reference, DoubleMarker):
                writer.WriteNumberValue(BitConverter.Int64BitsToDouble(_bits));
                break;
            case var _ when ReferenceEquals(_reference, BooleanMarker):
                writer.WriteBooleanValue(_bits == 1);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    /// <summary>How the value reads inside a sentence: text without quotes, null as nothing, the rest as JSON.</summary>
    public string ToDisplayText() => _reference switch
    {
        string text => text,
        _ when IsNull => "",
        _ when IsBoolean => _bits == 1 ? "true" : "false",
        ExactNumber exact => exact.Text,
        _ when TryGetInteger(out var integer) => integer.ToString(CultureInfo.InvariantCulture),
        _ when TryGetNumber(out var number) => number.ToString("R", CultureInfo.InvariantCulture),
        _ => ToString(),
    };
}
