using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Signatures;

namespace AiTeams.Scheduler.Webhooks.Bodies;

/// <summary>JSON as strictly as it is stored: what jsonb cannot hold is refused here, with its reason, not by the database later.</summary>
internal static class JsonText
{
    public const int MaxDepth = 64;

    // Beyond a double nobody reads the number again; jsonb ends at 131072 digits.
    private const int LongestNumber = 400;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <param name="utf8">Valid UTF-8.</param>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8)
    {
        utf8 = utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        Check(utf8);
        try
        {
            return JsonNode.Parse(utf8, nodeOptions: null, Strict);
        }
        catch (JsonException)
        {
            // The text itself has been read through.
            throw Problems.Validation("duplicate_property", "An object names one property twice, so it is not clear which is meant.", "");
        }
    }

    private static void Check(ReadOnlySpan<byte> utf8)
    {
        // A depth the reader never reaches: how deep is too deep is said below, in words of its own.
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = RawBody.MaxBytes + 1 });
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartArray or JsonTokenType.StartObject when reader.CurrentDepth >= MaxDepth:
                        throw Problems.Validation("too_deep", $"The JSON is nested more than {MaxDepth} levels deep.", "");
                    case JsonTokenType.String or JsonTokenType.PropertyName when reader.ValueIsEscaped:
                        TextBody.Storable(reader.GetString() ?? "", "");
                        break;
                    case JsonTokenType.Number when !IsStorable(reader.ValueSpan):
                        throw Problems.Validation("number_out_of_range", "A number is longer or larger than can be stored.", "");
                }
            }
        }
        catch (JsonException broken)
        {
            throw Problems.MalformedJson(broken is { LineNumber: { } line, BytePositionInLine: { } position }
                ? $"The JSON breaks at line {line + 1}, byte {position + 1}."
                : "The JSON breaks off.");
        }
        catch (InvalidOperationException)
        {
            throw Problems.Validation("invalid_unicode", "A string holds half of a surrogate pair.", "");
        }
    }

    private static bool IsStorable(ReadOnlySpan<byte> number)
    {
        var exponent = number.IndexOfAny((byte)'e', (byte)'E');
        return number.Length <= LongestNumber
            && (exponent < 0 || (int.TryParse(number[(exponent + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power)
                && Math.Abs(power) <= LongestNumber));
    }
}
