using System.Text.RegularExpressions;

namespace AiTeams.Migrator;

/// <summary>
/// A file of SQL as its statements, each with its place in the file: an error is told by line, and the file goes out in one batch. Knows
/// quotes, dollar quotes and comments; not comments inside comments, nor BEGIN ATOMIC bodies with their bare semicolons.
/// </summary>
internal static partial class SqlScript
{
    public static IReadOnlyList<Statement> Split(string sql)
    {
        var statements = new List<Statement>();
        var start = 0;
        foreach (Match token in TokenPattern().Matches(sql))
        {
            if (token.Value == ";")
            {
                Add(token.Index);
                start = token.Index + 1;
            }
        }

        Add(sql.Length);
        return statements;

        void Add(int end)
        {
            var text = sql[start..end];
            var skipped = LeadingTriviaPattern().Match(text).Length;
            if (skipped < text.Length)
            {
                statements.Add(new Statement(text[skipped..], start + skipped));
            }
        }
    }

    /// <summary>The line, counted from 1, of the character at <paramref name="offset"/>.</summary>
    public static int LineAt(string sql, int offset) => sql.AsSpan(0, Math.Clamp(offset, 0, sql.Length)).Count('\n') + 1;

    [GeneratedRegex("""
        --[^\n]*
        | /\*[\s\S]*?\*/
        | \b[eE]'(?:\\[\s\S]|''|[^'\\])*'
        | '(?:''|[^'])*'
        | "(?:""|[^"])*"
        | \$(?<tag>(?:[A-Za-z_][A-Za-z_0-9]*)?)\$[\s\S]*?\$\k<tag>\$
        | ;
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex TokenPattern();

    [GeneratedRegex(@"^(?:\s|--[^\n]*(?:\n|$)|/\*[\s\S]*?\*/)*")]
    private static partial Regex LeadingTriviaPattern();

    internal sealed record Statement(string Text, int Offset);
}
