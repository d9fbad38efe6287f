using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AiTeams.Integrations.Outside;

/// <summary>
/// A host in the one form in which it is compared, looked up and called: lower-case ASCII, no trailing dot, no brackets, an address in
/// its plain notation. Whatever could be read as an address in two ways (octal, hexadecimal, one number, five parts) is no host at all.
/// </summary>
internal static class HostName
{
    private const int MaxLength = 253;                    // RFC 1035

    public static string? Of(Uri url)
    {
        try
        {
            // A digit of another alphabet is one to some readers of a name and none to others.
            return url.Host.Any(character => char.IsNumber(character) && !char.IsAsciiDigit(character)) ? null : Of(url.IdnHost, url.OriginalString);
        }
        catch (UriFormatException)
        {
            return null;                                  // a name IDNA has no ASCII form for
        }
    }

    public static string? Of(string host) => Of(host, null);

    private static string? Of(string host, string? written)
    {
        var text = host.Trim().TrimStart('[').TrimEnd(']').ToLowerInvariant();
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return !text.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(text, out var six) ? AddressRanges.Plain(six).ToString() : null;
        }

        text = text.EndsWith('.') ? text[..^1] : text;
        if (Ascii(text) is not { Length: > 0 and <= MaxLength } name)
        {
            return null;
        }

        if (EndsInNumber(name))
        {
            // .NET reads 0x7f.1 and 2130706433 as 127.0.0.1 while it parses a URL: what was written has to be dotted decimal too.
            return IsDottedDecimal(name) && (written is null || written.Contains(name, StringComparison.Ordinal)) ? name : null;
        }

        return Array.TrueForAll(name.Split('.'), IsLabel) ? name : null;
    }

    private static string? Ascii(string text)
    {
        try
        {
            return System.Text.Ascii.IsValid(text) ? text : new IdnMapping { UseStd3AsciiRules = false }.GetAscii(text).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // The URL standard's rule: a host whose last label is a number is an IPv4 address or nothing.
    private static bool EndsInNumber(string name)
    {
        var last = name[(name.LastIndexOf('.') + 1)..];
        return (last.Length > 0 && last.All(char.IsAsciiDigit)) || last.StartsWith("0x", StringComparison.Ordinal);
    }

    private static bool IsDottedDecimal(string name) =>
        name.Split('.') is { Length: 4 } parts
        && Array.TrueForAll(parts, part => byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && part == number.ToString(CultureInfo.InvariantCulture))
        && IPAddress.TryParse(name, out var address) && address.AddressFamily == AddressFamily.InterNetwork;

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
}
