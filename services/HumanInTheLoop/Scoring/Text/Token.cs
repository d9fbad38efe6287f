using System.Buffers;
using System.Globalization;
using System.Text;

namespace AiTeams.HumanInTheLoop.Scoring.Text;

/// <summary>A word, a number, an emoji or a Chinese or Japanese character; or, with <see cref="IsBreak"/>, the mark where a clause ends.</summary>
internal readonly record struct Token(string Text, bool IsBreak = false)
{
    public bool EndsSentence => IsBreak && Text is "." or "!" or "?" or "\n";
}

/// <summary>Folded text into tokens, in one walk over the characters.</summary>
internal static class Tokens
{
    private const string Elided = "jndlcstm";
    private static readonly SearchValues<char> OfShortCodes = SearchValues.Create(":+-_abcdefghijklmnopqrstuvwxyz0123456789");

    public static List<Token> Of(string text)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < text.Length;)
        {
            at = Next(text, at, tokens);
        }

        return tokens;
    }

    private static int Next(string text, int at, List<Token> tokens)
    {
        var rune = Rune.GetRuneAt(text, at);
        if (IsIdeograph(rune.Value))
        {
            tokens.Add(new Token(text.Substring(at, rune.Utf16SequenceLength)));
            return at + rune.Utf16SequenceLength;
        }

        if (Rune.IsLetterOrDigit(rune))
        {
            return Word(text, at, tokens);
        }

        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol && rune.Value >= 0x2100 || rune.Value is 0x2714 or 0x2705)
        {
            tokens.Add(new Token(rune.ToString()));
            return at + rune.Utf16SequenceLength;
        }

        return Mark(text, at, (char)(rune.Value & 0xFFFF), tokens) ?? at + rune.Utf16SequenceLength;
    }

    /// <summary>A word with its inner apostrophes dropped ("dont"), French elisions apart, dots and the like inside it kept ("4.2", "a@b.example").</summary>
    private static int Word(string text, int start, List<Token> tokens)
    {
        var word = new StringBuilder();
        var at = start;
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if ((char.IsLetterOrDigit(c) && !IsIdeograph(c)) || c == '_')
            {
                word.Append(c);
            }
            else if (at + 1 < text.Length && char.IsLetterOrDigit(text[at + 1]) && !IsIdeograph(text[at + 1]) && Joins(text, at, word, tokens) is { } kept)
            {
                word.Append(kept);
            }
            else
            {
                break;
            }
        }

        if (at == start)
        {
            // A letter outside the basic plane, none of ours.
            return start + Rune.GetRuneAt(text, start).Utf16SequenceLength;
        }

        tokens.Add(new Token(word.ToString()));
        return at;
    }

    private static string? Joins(string text, int at, StringBuilder word, List<Token> tokens)
    {
        switch (text[at])
        {
            case '\'' when word.Length == 1 && Elided.Contains(word[0]):
                tokens.Add(new Token(word.ToString()));
                word.Clear();
                return "";
            case '\'': return "";
            case '@' or '=': return text[at].ToString();
            case '.' or ',' when char.IsDigit(text[at - 1]) && char.IsDigit(text[at + 1]): return text[at].ToString();
            case '.' when char.IsAsciiLetterOrDigit(text[at - 1]) && text[at + 1] != '.': return ".";
            default: return null;
        }
    }

    private static int? Mark(string text, int at, char mark, List<Token> tokens)
    {
        var before = at == 0 ? ' ' : text[at - 1];
        var next = at + 1 < text.Length ? text[at + 1] : ' ';
        switch (mark)
        {
            case ':' when ShortCode(text, at) is { } end:
                tokens.Add(new Token(text[at..end]));
                return end;
            case '+' or '-' when char.IsAsciiDigit(next) && char.IsWhiteSpace(before):
                var stop = at + 1;
                for (; stop < text.Length && char.IsAsciiDigit(text[stop]); stop++)
                {
                }

                tokens.Add(new Token(text[at..stop]));
                return stop;
            case '/' when next == 's' && char.IsWhiteSpace(before) && (at + 2 == text.Length || !char.IsLetterOrDigit(text[at + 2])):
                tokens.Add(new Token("/s"));
                return at + 2;
            case '-' when !(char.IsWhiteSpace(before) && char.IsWhiteSpace(next)):
                return null;
            case '.' or '!' or '\n' or '。' or '！' or '…':
                tokens.Add(new Token(mark == '\n' ? "\n" : mark is '!' or '！' ? "!" : ".", IsBreak: true));
                return null;
            case '?' or '？' or '؟':
                tokens.Add(new Token("?", IsBreak: true));
                return null;
            case ',' or ';' or ':' or '(' or ')' or '"' or '–' or '—' or '-' or '/' or '、' or '，' or '：' or '；' or '{' or '}' or '|' or '“' or '”' or '«' or '»' or '「' or '」':
                tokens.Add(new Token(",", IsBreak: true));
                return null;
            default:
                return null;
        }
    }

    /// <summary>Where Slack's name of an emoji (":+1:", ":thumbsup:") ends; none is longer than fifty characters.</summary>
    private static int? ShortCode(string text, int at)
    {
        for (var end = at + 1; end < text.Length && end - at < 50; end++)
        {
            if (text[end] == ':')
            {
                return end - at > 1 && !text.AsSpan(at + 1, end - at - 1).ContainsAnyExcept(OfShortCodes) && !char.IsAsciiDigit(text[at + 1]) ? end + 1 : null;
            }
        }

        return null;
    }

    private static bool IsIdeograph(int code) => code is (>= 0x3005 and <= 0x3007) or (>= 0x3041 and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF);
}
