using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace AiTeams.Scheduler.Webhooks.Bodies;

/// <summary>application/x-www-form-urlencoded (URL standard, section 5.1), except that what does not decode to UTF-8 is refused instead of replaced.</summary>
internal static class FormText
{
    public static JsonObject Parse(ReadOnlySpan<byte> bytes)
    {
        var fields = new FormFields("form fields");
        foreach (var range in bytes.Split((byte)'&'))
        {
            var field = bytes[range];
            if (field.IsEmpty)
            {
                continue;
            }

            var equals = field.IndexOf((byte)'=');
            fields.Add(Decode(equals < 0 ? field : field[..equals]), equals < 0 ? "" : Decode(field[(equals + 1)..]));
        }

        return fields.ToJson();
    }

    private static string Decode(ReadOnlySpan<byte> text)
    {
        if (!text.ContainsAny((byte)'%', (byte)'+'))
        {
            return Encoding.UTF8.GetString(text);
        }

        var decoded = ArrayPool<byte>.Shared.Rent(text.Length);
        try
        {
            var length = 0;
            for (var at = 0; at < text.Length; at++)
            {
                var isEscape = text[at] == '%' && at + 2 < text.Length && char.IsAsciiHexDigit((char)text[at + 1]) && char.IsAsciiHexDigit((char)text[at + 2]);
                decoded[length++] = isEscape ? (byte)((Hex(text[++at]) << 4) | Hex(text[++at])) : text[at] == '+' ? (byte)' ' : text[at];
            }

            var bytes = decoded.AsSpan(0, length);
            return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw TextBody.NotUtf8();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(decoded);
        }
    }

    private static int Hex(byte digit) => char.IsAsciiDigit((char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
