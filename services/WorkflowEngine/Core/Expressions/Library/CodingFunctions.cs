using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions.Library;

/// <summary>One form of a text made of another: JSON, base64, addresses, HTML, digests. Bytes are those of UTF-8.</summary>
[SuppressMessage("Security", "CA5350", Justification = "SHA-1 and MD5 are asked for by the services people call; nothing here rests on them.")]
[SuppressMessage("Security", "CA5351", Justification = "SHA-1 and MD5 are asked for by the services people call; nothing here rests on them.")]
internal static class CodingFunctions
{
    private static readonly string[] Algorithms = ["sha256", "sha512", "sha384", "sha1", "md5"];

    public static IReadOnlyList<Function> All { get; } =
    [
        new("toJson", 1, 2, static args => ToJson(args)) { Aliases = ["stringify"] },
        new("parseJson", 1, 1, static args => ParseJson(args)) { Aliases = ["parse"] },
        new("base64Encode", 1, 1, static args => Convert.ToBase64String(Bytes(args, 0))),
        new("base64Decode", 1, 1, static args => Base64Decoded(args)),
        new("urlEncode", 1, 1, static args => Uri.EscapeDataString(Grown(args, 9))) { Aliases = ["encodeURIComponent"] },
        new("urlDecode", 1, 1, static args => UrlDecoded(args)) { Aliases = ["decodeURIComponent"] },
        new("toQuery", 1, 1, static args => ToQuery(args)),
        new("escapeHtml", 1, 1, static args => args.Evaluation.Text(System.Net.WebUtility.HtmlEncode(Grown(args, 8)), args.Position)),
        new("removeTags", 1, 1, static args => args.Evaluation.Text(WithoutTags(args.Text(0)), args.Position)),
        new("hash", 1, 3, static args => Digest(args, 1, null)),
        new("hmac", 2, 4, static args => Digest(args, 2, Bytes(args, 1))),
    ];

    private static JsonData ToJson(Arguments args)
    {
        var value = args[0];
        args.Evaluation.SpendText(value.Weight, args.Position);
        return Values.IsTruthy(args[1]) ? Indented(value, args) : args.Evaluation.Text(value.ToString(), args.Position);
    }

    private static JsonData Indented(JsonData value, Arguments args)
    {
        // Every line of a deep value begins with its depth in spaces.
        args.Evaluation.SpendText(value.Weight * (2 + value.Depth), args.Position);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions
        {
            Indented = true,
            NewLine = "\n",
            MaxDepth = 1000,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }))
        {
            value.WriteTo(writer);
        }

        return args.Evaluation.Text(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length), args.Position);
    }

    private static JsonData ParseJson(Arguments args)
    {
        if (args[0].Text is not { } text)
        {
            return JsonData.Null;
        }

        // A list in brackets takes some twenty times the memory of its text.
        args.Evaluation.Spend(args.Position, text.Length / 2);
        return JsonData.TryParse(text) is { IsMissing: false } value ? Evaluation.Shallow(value, args.Position) : JsonData.Null;
    }

    private static JsonData Base64Decoded(Arguments args)
    {
        var text = args.Text(0).Trim().Replace('-', '+').Replace('_', '/');
        args.Evaluation.SpendText(text.Length, args.Position);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var count)
            ? Encoding.UTF8.GetString(bytes, 0, count)
            : JsonData.Null;
    }

    private static JsonData UrlDecoded(Arguments args) =>
        args.Evaluation.Text(Uri.UnescapeDataString(args.Text(0).Replace('+', ' ')), args.Position);

    /// <summary><c>{a: 1, b: [2, 3]}</c> as <c>a=1&amp;b=2&amp;b=3</c>; what is null is left out.</summary>
    private static JsonData ToQuery(Arguments args)
    {
        var value = args[0];
        args.Evaluation.SpendText(value.Weight * 9, args.Position);
        var pairs = new List<string>();
        foreach (var (name, field) in value.Fields)
        {
            foreach (var item in field.IsArray ? field.Items : [field])
            {
                if (!item.IsNull)
                {
                    pairs.Add($"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(item.ToDisplayText())}");
                }
            }
        }

        return args.Evaluation.Text(string.Join('&', pairs), args.Position);
    }

    private static string WithoutTags(string text)
    {
        var plain = new StringBuilder(text.Length);
        var isInside = false;
        foreach (var letter in text)
        {
            isInside = letter == '<' || (isInside && letter != '>');
            if (!isInside && letter != '>')
            {
                plain.Append(letter);
            }
        }

        return plain.ToString();
    }

    /// <summary>In hexadecimal digits, or as base64 when the last argument says so.</summary>
    private static JsonData Digest(Arguments args, int algorithmAt, byte[]? key)
    {
        var bytes = Bytes(args, 0);
        var algorithm = args.Text(algorithmAt, Algorithms[0]).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        args.Evaluation.Spend(args.Position, 20 + (bytes.Length / 16));
        var digest = algorithm switch
        {
            "sha256" => key is null ? SHA256.HashData(bytes) : HMACSHA256.HashData(key, bytes),
            "sha512" => key is null ? SHA512.HashData(bytes) : HMACSHA512.HashData(key, bytes),
            "sha384" => key is null ? SHA384.HashData(bytes) : HMACSHA384.HashData(key, bytes),
            "sha1" => key is null ? SHA1.HashData(bytes) : HMACSHA1.HashData(key, bytes),
            "md5" => key is null ? MD5.HashData(bytes) : HMACMD5.HashData(key, bytes),
            _ => throw new ExpressionException($"There is no digest '{algorithm}'; there are {string.Join(", ", Algorithms)}.", args.Position),
        };
        return args.Text(algorithmAt + 1, "hex") switch
        {
            "hex" => Convert.ToHexStringLower(digest),
            "base64" => Convert.ToBase64String(digest),
            var other => throw new ExpressionException($"A digest is written as hex or base64, not '{other}'.", args.Position),
        };
    }

    private static byte[] Bytes(Arguments args, int index)
    {
        var text = args.Text(index);
        args.Evaluation.SpendText(text.Length * 2L, args.Position);
        return Encoding.UTF8.GetBytes(text);
    }

    /// <summary>A text that may become so many times as long.</summary>
    private static string Grown(Arguments args, int times)
    {
        var text = args.Text(0);
        args.Evaluation.SpendText((long)text.Length * times, args.Position);
        return text;
    }
}
