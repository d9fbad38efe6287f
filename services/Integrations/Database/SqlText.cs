namespace AiTeams.Integrations.Database;

/// <summary>
/// Reads SQL just far enough to tell statements and parameters apart from what stands in quotes and comments (PostgreSQL, chapter 4.1).
/// It gives early, plain answers; the rule itself is kept by the server, which takes one statement per extended query.
/// </summary>
internal static class SqlText
{
    /// <summary>How many statements there are, and the highest parameter.</summary>
    public static (int Statements, int Parameters) Scan(string sql)
    {
        var statements = 0;
        var parameters = 0;
        var isInside = false;
        for (var at = 0; at < sql.Length;)
        {
            var after = Skip(sql, at);
            if (after > at)
            {
                isInside |= !IsComment(sql, at);
                at = after;
                continue;
            }

            var character = sql[at++];
            if (character == ';')
            {
                statements += isInside ? 1 : 0;
                isInside = false;
            }
            else if (character == '$' && at < sql.Length && char.IsAsciiDigit(sql[at]) && !(at > 1 && IsWord(sql[at - 2])))
            {
                var number = 0L;
                for (; at < sql.Length && char.IsAsciiDigit(sql[at]); at++)
                {
                    number = Math.Min((number * 10) + (sql[at] - '0'), int.MaxValue);
                }

                parameters = Math.Max(parameters, (int)number);
                isInside = true;
            }
            else
            {
                isInside |= !char.IsWhiteSpace(character);
            }
        }

        return (statements + (isInside ? 1 : 0), parameters);
    }

    // Past the quoted text or comment that begins here; where none begins, here.
    private static int Skip(string sql, int at) => sql[at] switch
    {
        '\'' => Quoted(sql, at + 1, '\'', withEscapes: at > 0 && sql[at - 1] is 'E' or 'e' && !(at > 1 && IsWord(sql[at - 2]))),
        '"' => Quoted(sql, at + 1, '"', withEscapes: false),
        '$' => DollarQuoted(sql, at),
        '-' when Starts(sql, at, "--") => sql.IndexOf('\n', at) is >= 0 and var end ? end + 1 : sql.Length,
        '/' when Starts(sql, at, "/*") => BlockComment(sql, at),
        _ => at,
    };

    private static bool IsComment(string sql, int at) => Starts(sql, at, "--") || Starts(sql, at, "/*");

    private static int Quoted(string sql, int at, char quote, bool withEscapes)
    {
        for (; at < sql.Length; at++)
        {
            if (withEscapes && sql[at] == '\\')
            {
                at++;
            }
            else if (sql[at] == quote)
            {
                if (at + 1 >= sql.Length || sql[at + 1] != quote)
                {
                    return at + 1;
                }

                at++;                                     // a doubled quote is one inside
            }
        }

        return sql.Length;
    }

    private static int DollarQuoted(string sql, int at)
    {
        if (at > 0 && IsWord(sql[at - 1]))
        {
            return at;
        }

        var end = at + 1;
        while (end < sql.Length && IsWord(sql[end]))
        {
            end++;
        }

        if (end >= sql.Length || sql[end] != '$' || char.IsAsciiDigit(sql[at + 1]))
        {
            return at;
        }

        var tag = sql[at..(end + 1)];
        var close = sql.IndexOf(tag, end + 1, StringComparison.Ordinal);
        return close < 0 ? sql.Length : close + tag.Length;
    }

    private static int BlockComment(string sql, int at)
    {
        var depth = 0;
        while (at < sql.Length)
        {
            if (Starts(sql, at, "/*"))
            {
                (depth, at) = (depth + 1, at + 2);
            }
            else if (Starts(sql, at, "*/"))
            {
                (depth, at) = (depth - 1, at + 2);
                if (depth == 0)
                {
                    return at;
                }
            }
            else
            {
                at++;
            }
        }

        return sql.Length;
    }

    private static bool Starts(string sql, int at, string what) => string.CompareOrdinal(sql, at, what, 0, what.Length) == 0;

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_';
}
