using System.Text;

namespace AiTeams.Architecture.Tests.Sources;

/// <summary>C# source without what is prose: comments are blanked, line breaks stay where they were.</summary>
public static class CSharpText
{
    public static string WithoutComments(string source)
    {
        var code = new StringBuilder(source.Length);
        for (var at = 0; at < source.Length;)
        {
            var end = EndOfToken(source, at);
            var isComment = StartsAt(source, at, "//") || StartsAt(source, at, "/*");
            for (; at < end; at++)
            {
                code.Append(isComment && source[at] != '\n' ? ' ' : source[at]);
            }
        }

        return code.ToString();
    }

    /// <summary>Lines of code, comments blanked, numbered from 1.</summary>
    public static IEnumerable<(int Number, string Text)> Lines(SourceFile file)
        => WithoutComments(file.Text).Split('\n').Select((text, index) => (index + 1, text));

    private static int EndOfToken(string source, int at)
    {
        if (StartsAt(source, at, "//"))
        {
            return IndexOrEnd(source, "\n", at, 0);
        }

        if (StartsAt(source, at, "/*"))
        {
            return IndexOrEnd(source, "*/", at + 2, 2);
        }

        if (StartsAt(source, at, "\"\"\""))
        {
            var quotes = source.Skip(at).TakeWhile(letter => letter == '"').Count();
            return IndexOrEnd(source, new string('"', quotes), at + quotes, quotes);
        }

        return source[at] switch
        {
            '"' => EndOfQuoted(source, at, '"', isVerbatim: at > 0 && (source[at - 1] == '@' || (at > 1 && source[at - 2] == '@' && source[at - 1] == '$'))),
            '\'' => EndOfQuoted(source, at, '\'', isVerbatim: false),
            _ => at + 1,
        };
    }

    private static int EndOfQuoted(string source, int at, char quote, bool isVerbatim)
    {
        for (var i = at + 1; i < source.Length; i++)
        {
            if (source[i] == '\\' && !isVerbatim)
            {
                i++;
            }
            else if (source[i] == quote)
            {
                return i + 1;
            }
            else if (source[i] == '\n' && !isVerbatim)
            {
                return i;
            }
        }

        return source.Length;
    }

    private static int IndexOrEnd(string source, string text, int from, int length)
    {
        var index = source.IndexOf(text, Math.Min(from, source.Length), StringComparison.Ordinal);
        return index < 0 ? source.Length : index + length;
    }

    private static bool StartsAt(string source, int at, string text) => string.CompareOrdinal(source, at, text, 0, text.Length) == 0;
}
