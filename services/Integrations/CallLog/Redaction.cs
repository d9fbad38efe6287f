using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AiTeams.Integrations.CallLog;

/// <summary>
/// Takes out of a call what must not be kept: values under names that sound like a secret, wherever they stand, and every value the
/// caller said is one. What cannot be looked into (binary, or too long to be parsed) is not kept at all.
/// </summary>
internal static partial class Redaction
{
    public const string Mask = "***";

    /// <summary>Characters of a body that are kept.</summary>
    public const int MaxKept = 10_000;

    private const int MaxParsed = 256 * 1024;
    private const int ShortestSecret = 4;                 // masking every "a" would hide the call and not the secret

    public static string Headers(IEnumerable<KeyValuePair<string, string>> headers, IReadOnlyList<string> secrets)
    {
        var kept = new JsonObject();
        foreach (var group in headers.GroupBy(header => header.Key.ToLowerInvariant(), header => header.Value).Take(100))
        {
            kept[group.Key] = IsSecret(group.Key) ? Mask : Cut(WithoutSecrets(string.Join(", ", group), secrets), 1000);
        }

        return kept.ToJsonString();
    }

    public static string Url(string url, IReadOnlyList<string> secrets)
    {
        var query = url.IndexOf('?', StringComparison.Ordinal);
        var plain = query < 0 ? url : $"{url[..query]}?{Form(url[(query + 1)..])}";
        return Cut(WithoutSecrets(UserInfo().Replace(plain, "://"), secrets), 2000);
    }

    /// <summary>A body as a JSON text for a jsonb column; null for none.</summary>
    public static string? Body(ReadOnlyMemory<byte>? body, string? contentType, IReadOnlyList<string> secrets)
    {
        if (body is not { Length: > 0 } bytes)
        {
            return null;
        }

        if (bytes.Length > MaxParsed || !TryText(bytes.Span, out var text))
        {
            return new JsonObject { ["omitted"] = bytes.Length > MaxParsed ? "too long" : "binary", ["bytes"] = bytes.Length, ["content_type"] = contentType }.ToJsonString();
        }

        // A NUL is JSON but not jsonb.
        var kept = WithoutSecrets(Redacted(text, contentType), secrets).Replace("\\u0000", "", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal);
        return kept.Length <= MaxKept && IsJson(kept) ? kept : JsonValue.Create(Cut(kept, MaxKept)).ToJsonString();
    }

    public static string WithoutSecrets(string text, IReadOnlyList<string> secrets)
    {
        foreach (var secret in secrets)
        {
            if (secret.Length >= ShortestSecret)
            {
                text = text.Replace(secret, Mask, StringComparison.Ordinal)
                    .Replace(Uri.EscapeDataString(secret), Mask, StringComparison.Ordinal)
                    .Replace(JsonEncodedText.Encode(secret).Value, Mask, StringComparison.Ordinal)
                    .Replace(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)), Mask, StringComparison.Ordinal);
            }
        }

        return text;
    }

    public static bool IsSecret(string name) => SecretName().IsMatch(name);

    private static string Redacted(string text, string? contentType)
    {
        try
        {
            return text.AsSpan().TrimStart() is ['{' or '[' or '"', ..] ? Redacted(JsonNode.Parse(text))?.ToJsonString() ?? "null" : Plain(text, contentType);
        }
        catch (Exception ex) when (ex is JsonException or ArgumentException)
        {
            return Plain(text, contentType);              // not JSON, or with a name twice in one object
        }
    }

    private static JsonNode? Redacted(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields.ToArray())
                {
                    fields[name] = IsSecret(name) && value is not null ? Mask : Redacted(value)?.DeepClone();
                }

                return fields;
            case JsonArray items:
                for (var index = 0; index < items.Count; index++)
                {
                    items[index] = Redacted(items[index])?.DeepClone();
                }

                return items;
            default:
                return node;
        }
    }

    private static string Plain(string text, string? contentType) =>
        contentType?.Contains("x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true
            ? Form(text)
            : NamedValue().Replace(BearerToken().Replace(text, "$1 " + Mask), "$1" + Mask);

    private static string Form(string text) => string.Join('&', text.Split('&').Select(pair =>
        pair.Split('=', 2) is [var name, _] && IsSecret(Uri.UnescapeDataString(name)) ? $"{name}={Mask}" : pair));

    private static bool TryText(ReadOnlySpan<byte> bytes, out string text)
    {
        text = "";
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            return !text.AsSpan().ContainsAny(Controls);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var _ = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : $"{text[..length]}... ({text.Length} characters)";

    private static readonly SearchValues<char> Controls = SearchValues.Create("\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000E\u000F\u0010\u0011\u0012");

    [GeneratedRegex(
        "authori[sz]ation|cookie|token|secret|passw|passphrase|pwd|signature|^x-amz-(signature|credential|security)|api[-_]?key|access[-_]?key|private[-_]?key|credential|session[-_]?id|^sig$|^key$|client[-_]?assertion|^assertion$|refresh|^code$|^pin$|^otp$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"://[^/@\s]*@")]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{4,}", RegexOptions.IgnoreCase)]
    private static partial Regex BearerToken();

    [GeneratedRegex(@"((?:token|secret|password|passwd|api[-_]?key|access[-_]?key|private[-_]?key)[""']?\s*[:=]\s*[""']?)[^\s""'&<>,;]+", RegexOptions.IgnoreCase)]
    private static partial Regex NamedValue();
}
