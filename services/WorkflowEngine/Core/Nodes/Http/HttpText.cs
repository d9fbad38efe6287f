using System.Text;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>A response body as text, in the character set it declares or, by its byte order mark or without a word, in Unicode.</summary>
internal static class HttpText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Null: it is no text.</summary>
    public static string? Of(HttpResult result)
    {
        var bytes = result.Body.Span;
        if (bytes.StartsWith("\uFEFF"u8))
        {
            return Decode(Strict, bytes[3..]);
        }

        if (Charset(result) is { } declared && Find(declared) is { } encoding)
        {
            return Decode(encoding, bytes);
        }

        return bytes is [0xFF, 0xFE, ..] && bytes.Length % 2 == 0 && bytes.Length > 2 && bytes[3] == 0
            ? Decode(Encoding.Unicode, bytes[2..])
            : Decode(Strict, bytes);
    }

    private static string? Charset(HttpResult result)
    {
        var type = result.Headers.FirstOrDefault(header => string.Equals(header.Key, "Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        foreach (var part in (type ?? "").Split(';').Skip(1))
        {
            if (part.Split('=', 2) is [var name, var value] && name.Trim().Equals("charset", StringComparison.OrdinalIgnoreCase))
            {
                return value.Trim().Trim('"');
            }
        }

        return null;
    }

    private static Encoding? Find(string name)
    {
        if (name.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return Strict;
        }

        try
        {
            // windows-1252, gb18030, shift_jis and their like are not among the built-in ones.
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;                                  // a name nobody knows says nothing
        }
    }

    private static string? Decode(Encoding encoding, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
