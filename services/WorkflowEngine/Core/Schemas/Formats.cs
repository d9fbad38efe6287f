using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Schemas;

/// <summary>The values of <c>format</c> that are checked. One that is not here is a remark.</summary>
internal static class Formats
{
    private static readonly Pattern LocalPart = Pattern.Compile(
        @"^([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*|""([\x20\x21\x23-\x5B\x5D-\x7E]|\\[\x20-\x7E])*"")\z");

    private static readonly Pattern HostName = Pattern.Compile(@"^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\z");

    private static readonly Pattern Duration = Pattern.Compile(
        @"^P([0-9]+W|([0-9]+Y([0-9]+M([0-9]+D)?)?|[0-9]+M([0-9]+D)?|[0-9]+D)(T([0-9]+H([0-9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S))?|T([0-9]+H([0-9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S))\z");

    private static readonly Pattern JsonPointer = Pattern.Compile(@"^(/([^~/]|~[01])*)*\z");

    private static readonly Pattern RelativePointer = Pattern.Compile(@"^(0|[1-9][0-9]*)(#|(/([^~/]|~[01])*)*)\z");

    private static readonly Pattern UriText = Pattern.Compile(
        @"^[A-Za-z][A-Za-z0-9+.-]*:([A-Za-z0-9._~:/?#@!$&'()*+,;=-]|\[|\]|%[0-9A-Fa-f]{2})*\z");

    private static readonly Pattern UriReferenceText = Pattern.Compile(@"^([A-Za-z0-9._~:/?#@!$&'()*+,;=-]|\[|\]|%[0-9A-Fa-f]{2})*\z");

    private static readonly FrozenDictionary<string, Func<string, bool>> Table = new Dictionary<string, Func<string, bool>>
    {
        ["date-time"] = static text => text.Length > 11 && IsDate(text[..10]) && text[10] is 'T' or 't' && IsTime(text[11..]),
        ["date"] = IsDate,
        ["time"] = IsTime,
        ["duration"] = static text => Duration.IsMatch(text, ignoreCase: false),
        ["email"] = IsEmail,
        ["hostname"] = static text => text.Length <= 253 && HostName.IsMatch(text, ignoreCase: false),
        ["ipv4"] = IsIpV4,
        ["ipv6"] = IsIpV6,
        ["uri"] = static text => UriText.IsMatch(text, ignoreCase: false) && Uri.TryCreate(text, UriKind.Absolute, out _),
        ["uri-reference"] = static text => UriReferenceText.IsMatch(text, ignoreCase: false) && text.Count(letter => letter == '#') < 2,
        ["uuid"] = static text => text.Length == 36 && Guid.TryParseExact(text, "D", out _),
        ["json-pointer"] = static text => JsonPointer.IsMatch(text, ignoreCase: false),
        ["relative-json-pointer"] = static text => RelativePointer.IsMatch(text, ignoreCase: false),
        ["regex"] = IsPattern,
    }.ToFrozenDictionary();

    public static Func<string, bool>? Find(string name) => Table.GetValueOrDefault(name);

    private static bool IsEmail(string text)
    {
        var at = text.LastIndexOf('@');
        if (at < 1 || text.Length > 320 || !LocalPart.IsMatch(text[..at], ignoreCase: false))
        {
            return false;
        }

        var host = text[(at + 1)..];
        return host is ['[', .. var literal, ']']
            ? literal.StartsWith("IPv6:", StringComparison.Ordinal) ? IsIpV6(literal[5..]) : IsIpV4(literal)
            : HostName.IsMatch(host, ignoreCase: false);
    }

    private static bool IsDate(string text) =>
        text.Length == 10 && text.All(letter => char.IsAsciiDigit(letter) || letter == '-')
        && DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>RFC 3339: with an offset, and with a leap second only where one can be.</summary>
    private static bool IsTime(string text)
    {
        if (text.Length < 9 || text[2] != ':' || text[5] != ':' || !Two(text, 0, 23, out var hour) || !Two(text, 3, 59, out var minute)
            || !Two(text, 6, 60, out var second))
        {
            return false;
        }

        var at = 8;
        if (text[at] == '.')
        {
            at++;
            var begin = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            if (at == begin)
            {
                return false;
            }
        }

        var offset = 0;
        if (at == text.Length - 1 && text[at] is 'Z' or 'z')
        {
            offset = 0;
        }
        else if (at == text.Length - 6 && text[at] is '+' or '-' && text[at + 3] == ':' && Two(text, at + 1, 23, out var hours) && Two(text, at + 4, 59, out var minutes))
        {
            offset = (text[at] == '-' ? 1 : -1) * ((hours * 60) + minutes);
        }
        else
        {
            return false;
        }

        return second < 60 || (((hour * 60) + minute + offset + (24 * 60)) % (24 * 60)) == (23 * 60) + 59;
    }

    private static bool Two(string text, int at, int most, out int value)
    {
        value = 0;
        if (!char.IsAsciiDigit(text[at]) || !char.IsAsciiDigit(text[at + 1]))
        {
            return false;
        }

        value = ((text[at] - '0') * 10) + (text[at + 1] - '0');
        return value <= most;
    }

    private static bool IsIpV4(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 4 && parts.All(part =>
            part.Length is >= 1 and <= 3 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0') && int.Parse(part, CultureInfo.InvariantCulture) < 256);
    }

    private static bool IsIpV6(string text) =>
        text.All(letter => char.IsAsciiHexDigit(letter) || letter is ':' or '.') && text.Contains(':', StringComparison.Ordinal)
        && (!text.Contains('.', StringComparison.Ordinal) || IsIpV4(text[(text.LastIndexOf(':') + 1)..]))
        && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static bool IsPattern(string text)
    {
        try
        {
            EcmaPattern.Compile(text, "");
            return true;
        }
        catch (SchemaException)
        {
            return false;
        }
    }
}
