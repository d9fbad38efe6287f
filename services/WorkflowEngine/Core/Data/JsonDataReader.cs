using System.Buffers;
using System.Text;
using System.Text.Json;

namespace AiTeams.WorkflowEngine.Core.Data;

/// <summary>Reads tokens straight into values: no document in between.</summary>
internal static class JsonDataReader
{
    // A number written longer than this may say more than a double can hold.
    private const int ExactFrom = 16;
    private const int ExactUpTo = 1000;

    public static JsonData Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(ref reader),
        JsonTokenType.StartArray => ReadArray(ref reader),
        JsonTokenType.String => JsonData.Of(reader.GetString()),
        JsonTokenType.Number => ReadNumber(ref reader),
        JsonTokenType.True => JsonData.True,
        JsonTokenType.False => JsonData.False,
        JsonTokenType.Null => JsonData.Null,
        _ => throw new JsonException("A JSON value was expected."),
    };

    private static JsonData ReadObject(ref Utf8JsonReader reader)
    {
        var builder = new JsonObjectBuilder();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            builder.Set(name, Read(ref reader));
        }

        return builder.Build();
    }

    private static JsonData ReadArray(ref Utf8JsonReader reader)
    {
        var items = new List<JsonData>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Read(ref reader));
        }

        return JsonData.Adopt(items.ToArray());
    }

    private static JsonData ReadNumber(ref Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out var integer))
        {
            return JsonData.Of(integer);
        }

        if (!reader.TryGetDouble(out var number) || !double.IsFinite(number))
        {
            throw new JsonException("A number is too large.");
        }

        var written = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
        return written.Length is < ExactFrom or > ExactUpTo || written.ContainsAny("eE"u8)
            ? JsonData.Of(number)
            : JsonData.Exact(Encoding.ASCII.GetString(written), number);
    }
}
