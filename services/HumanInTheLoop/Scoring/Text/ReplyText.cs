using System.Text;

namespace AiTeams.HumanInTheLoop.Scoring.Text;

/// <summary>What a person wrote, out of what a channel delivered.</summary>
/// <param name="Own">Without quotes, signature and mark-up; what was written, as it was written.</param>
/// <param name="Folded">The same for comparing.</param>
/// <param name="IsForAnother">It begins by addressing somebody who is not us.</param>
internal sealed record ReplyText(string Own, string Folded, bool IsForAnother)
{
    /// <summary>Of a text this many characters are read: an answer stands at its beginning.</summary>
    public const int Longest = 100_000;

    /// <summary>Of what remains without the quotes, this many.</summary>
    public const int LongestOwn = 8_000;

    public static ReplyText Of(string text, string? askedBy = null, string? askedByName = null)
    {
        var whole = (text.Length > Longest ? text[..Longest] : text).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Replace("\0", "", StringComparison.Ordinal);
        var own = QuotedText.Without(whole);
        own = own.Length > LongestOwn ? own[..LongestOwn] : own;
        var (plain, forAnother) = WithoutMarkUp(own, askedBy);
        plain = plain.Trim();
        if (plain.StartsWith('@'))
        {
            var ours = askedByName is { Length: > 0 } && plain.AsSpan(1).StartsWith(askedByName, StringComparison.OrdinalIgnoreCase);
            forAnother |= !ours;
            plain = ours ? plain[(askedByName!.Length + 1)..].TrimStart(' ', ',', ':') : plain;
        }

        return new ReplyText(plain, Folding.Fold(plain), forAnother);
    }

    /// <summary>Slack's references (docs: "Formatting text for app surfaces") to what they show, emphasis away, what was struck out away altogether.</summary>
    private static (string Plain, bool ForAnother) WithoutMarkUp(string text, string? askedBy)
    {
        var plain = new StringBuilder(text.Length);
        var (others, ours) = (false, false);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '<' && Closing(text, at, '>', 300) is { } end)
            {
                var inner = text[(at + 1)..end];
                if (inner.StartsWith('@'))
                {
                    var who = inner[1..].Split('|')[0];
                    ours |= who == askedBy;
                    others |= who != askedBy && IsBlank(plain);
                }
                else
                {
                    plain.Append(Shown(inner));
                }

                plain.Append(' ');
                at = end;
            }
            else if (text[at] == '~' && (at == 0 || char.IsWhiteSpace(text[at - 1])) && Closing(text, at, '~', 500) is { } struck)
            {
                at = struck;
            }
            else if (text[at] is '*' or '`' or '•' or '‣' || (text[at] == '_' && IsEdge(text, at)))
            {
                // Emphasis and bullets.
            }
            else
            {
                plain.Append(text[at]);
            }
        }

        plain.Replace("&lt;", "<").Replace("&gt;", ">").Replace("&amp;", "&");
        return (plain.ToString(), others && !ours);
    }

    /// <summary>Looks at the first characters only: a text of nothing but mentions stays linear.</summary>
    private static bool IsBlank(StringBuilder text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsWhiteSpace(text[at]) || at > 100)
            {
                return false;
            }
        }

        return true;
    }

    private static string Shown(string reference)
    {
        var parts = reference.Split('|', 2);
        return parts.Length == 2 ? parts[1]
            : reference.StartsWith('!') || reference.StartsWith('#') ? ""
            : reference.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? reference[7..]
            : reference;
    }

    private static bool IsEdge(string text, int at) =>
        at == 0 || at == text.Length - 1 || !char.IsLetterOrDigit(text[at - 1]) || !char.IsLetterOrDigit(text[at + 1]);

    /// <summary>The closing mark on the same line, within <paramref name="limit"/> characters.</summary>
    private static int? Closing(string text, int start, char mark, int limit)
    {
        for (var at = start + 1; at < text.Length && at - start <= limit && text[at] != '\n'; at++)
        {
            if (text[at] == mark)
            {
                return at > start + 1 ? at : null;
            }
        }

        return null;
    }
}
