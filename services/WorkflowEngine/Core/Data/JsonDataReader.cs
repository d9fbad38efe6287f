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

    public static JsonData Read(ref Utf8JsonReader reader) => Read(ref reader, new NameCache());

    private static JsonData Read(ref Utf8JsonReader reader, NameCache names) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(ref reader, names),
        JsonTokenType.StartArray => ReadArray(ref reader, names),
        JsonTokenType.String => JsonData.Of(reader.GetString()),
        JsonTokenType.Number => ReadNumber(ref reader),
        JsonTokenType.True => JsonData.True,
        JsonTokenType.False => JsonData.False,
        JsonTokenType.Null => JsonData.Null,
        _ => throw new JsonException("A JSON value was expected."),
    };

    private static JsonData ReadObject(ref Utf8JsonReader reader, NameCache names)
    {
        var builder = new JsonObjectBuilder();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = names.Name(ref reader);
            reader.Read();
            builder.Set(name, Read(ref reader, names));
        }

        return builder.Build();
    }

    private static JsonData ReadArray(ref Utf8JsonReader reader, NameCache names)
    {
        var items = new List<JsonData>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Read(ref reader, names));
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

    /// <summary>The items of a list have the same field names over and over: one string each is enough.</summary>
    private sealed class NameCache
    {
        private const int Slots = 64;
        private string?[]? _names;

        public string Name(ref Utf8JsonReader reader)
        {
            if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length is 0 or > 64)
            {
                return reader.GetString()!;
            }

            var written = reader.ValueSpan;
            var slot = ((written[0] * 31) + (written[^1] * 7) + written.Length + (written[written.Length / 2] * 3)) % Slots;
            ref var known = ref (_names ??= new string?[Slots])[slot];
            if (known is null || !reader.ValueTextEquals(known))
            {
                known = reader.GetString()!;
            }

            return known;
        }
    }
}
