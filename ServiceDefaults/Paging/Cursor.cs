using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AiTeams.ServiceDefaults.Paging;

/// <summary>
/// The place where a page ended, as opaque text: the sort key of its last row. It names the list it came from and carries a
/// checksum, so a cursor that was altered, cut or taken from another list is refused and never read as a different place.
/// </summary>
public static class Cursor
{
    private const int ChecksumLength = 6;
    private const int LongestText = 1024;

    public static string Write(string list, long first, Guid second) =>
        Write(list, string.Create(CultureInfo.InvariantCulture, $"{first}|{second:N}"));

    public static string Write(string list, long position) => Write(list, position.ToString(CultureInfo.InvariantCulture));

    public static bool TryRead(string text, string list, out long first, out Guid second)
    {
        (first, second) = (0, Guid.Empty);
        return Open(text, list)?.Split('|') is [var left, var right]
            && long.TryParse(left, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out first)
            && Guid.TryParseExact(right, "N", out second);
    }

    public static bool TryRead(string text, string list, out long position)
    {
        position = 0;
        return Open(text, list) is { } place
            && long.TryParse(place, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out position);
    }

    private static string Write(string list, string place)
    {
        var content = Encoding.ASCII.GetBytes(place);
        return Base64Url.EncodeToString([.. Checksum(list, content), .. content]);
    }

    private static string? Open(string text, string list)
    {
        if (text.Length > LongestText || !Base64Url.IsValid(text, out var length) || length <= ChecksumLength)
        {
            return null;
        }
        var bytes = Base64Url.DecodeFromChars(text);
        var content = bytes.AsSpan(ChecksumLength);

        // The last character of base64 has unused bits: only the one spelling that was handed out is accepted.
        return bytes.AsSpan(0, ChecksumLength).SequenceEqual(Checksum(list, content)) && Base64Url.EncodeToString(bytes) == text
            ? Encoding.ASCII.GetString(content)
            : null;
    }

    private static byte[] Checksum(string list, ReadOnlySpan<byte> content) =>
        SHA256.HashData([.. Encoding.ASCII.GetBytes(list), 0, .. content])[..ChecksumLength];
}
