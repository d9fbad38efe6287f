using System.Text;

namespace AiTeams.HumanInTheLoop.Scoring.Text;

/// <summary>
/// One spelling for what looks the same. The services run without ICU, where <see cref="string.Normalize()"/> leaves everything as it is; this is the part
/// of NFKC that occurs in messages (full width, mathematical and circled letters, ligatures), and beyond it: no accents, no case, nothing invisible.
/// </summary>
internal static class Folding
{
    // From U+00C0 to U+017F: the letter below the accent.
    private const string Latin =
        "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuytyaaaaaaccccccccddddeeeeeeeeeegggg"
        + "gggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

    // Cyrillic and Greek letters that are drawn like Latin ones.
    private const string Lookalikes = "аaеeоoрpсcуyхxіiјjѕsԁdһhкkмmтtвbнhαaοoνvρpτtιiκkεe";

    public static string Fold(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Append(result, rune.Value);
        }

        return Unmask(result).ToString();
    }

    /// <summary>Invisible characters, variation selectors and skin tones carry no meaning here.</summary>
    private static bool IsInvisible(int code) => code is 0xAD or 0x61C or 0x180E or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2060 and <= 0x206F)
        or 0xFEFF or (>= 0xFE00 and <= 0xFE0F) or (>= 0x1F3FB and <= 0x1F3FF) or (>= 0xE0000 and <= 0xE01EF) or 0x20E3 or (>= 0x300 and <= 0x36F) or 0x2640 or 0x2642;

    private static void Append(StringBuilder result, int code)
    {
        switch (code)
        {
            case < 0x80: result.Append(char.ToLowerInvariant((char)code)); break;
            case 0xDF or 0x1E9E: result.Append("ss"); break;
            case 0xC6 or 0xE6: result.Append("ae"); break;
            case 0x152 or 0x153: result.Append("oe"); break;
            case 0xD7 or 0xF7: result.Append((char)code); break;
            case >= 0xC0 and <= 0x17F: result.Append(Latin[code - 0xC0]); break;
            case 0x218 or 0x219: result.Append('s'); break;
            case 0x21A or 0x21B: result.Append('t'); break;
            case 0x401 or 0x451: result.Append('е'); break;
            case 0x419 or 0x439: result.Append('и'); break;
            case 0x2018 or 0x2019 or 0x2BC or 0xB4: result.Append('\''); break;
            case 0xA0 or 0x202F or 0x3000 or (>= 0x2000 and <= 0x200A): result.Append(' '); break;
            case >= 0xFB00 and <= 0xFB04: result.Append(((string[])["ff", "fi", "fl", "ffi", "ffl"])[code - 0xFB00]); break;
            case >= 0xFF01 and <= 0xFF5E: result.Append(char.ToLowerInvariant((char)(code - 0xFEE0))); break;
            case >= 0x1D400 and <= 0x1D6A3: result.Append((char)('a' + ((code - 0x1D400) % 26))); break;
            case >= 0x1D7CE and <= 0x1D7FF: result.Append((char)('0' + ((code - 0x1D7CE) % 10))); break;
            case >= 0x24B6 and <= 0x24E9: result.Append((char)('a' + ((code - 0x24B6) % 26))); break;
            case >= 0x2460 and <= 0x2468: result.Append((char)('1' + (code - 0x2460))); break;
            default:
                if (!IsInvisible(code))
                {
                    result.Append(Rune.ToLowerInvariant(new Rune(code)).ToString());
                }

                break;
        }
    }

    /// <summary>A word that mixes alphabets is a disguise: its foreign letters become those they imitate, and so does a short word all of such letters beside none of its own.</summary>
    private static StringBuilder Unmask(StringBuilder text)
    {
        for (var start = 0; start < text.Length;)
        {
            var (end, latin, other) = (start, 0, 0);
            for (; end < text.Length && char.IsLetter(text[end]); end++)
            {
                latin += text[end] is >= 'a' and <= 'z' ? 1 : 0;
                other += text[end] is >= 'α' and < 'ԯ' ? 1 : 0;
            }

            for (var at = start; latin > 0 && other > 0 && at < end; at++)
            {
                var known = text[at] > 0x7F ? Lookalikes.IndexOf(text[at], StringComparison.Ordinal) : -1;
                text[at] = known >= 0 && known % 2 == 0 ? Lookalikes[known + 1] : text[at];
            }

            start = end + 1;
        }

        return text;
    }
}
