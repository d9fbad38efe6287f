namespace AiTeams.WorkflowEngine;

/// <summary>JSON text as Postgres' jsonb takes it.</summary>
internal static class JsonText
{
    private const string EscapedNul = "\\u0000";

    /// <summary>
    /// jsonb cannot hold U+0000 (PostgreSQL documentation, section 8.14): a payload from outside that has one keeps everything else and
    /// gets U+FFFD in its place, instead of failing the write.
    /// </summary>
    public static string WithoutNul(string json)
    {
        var at = json.IndexOf(EscapedNul, StringComparison.Ordinal);
        if (at < 0)
        {
            return json;
        }

        var text = json.ToCharArray();
        for (; at >= 0; at = json.IndexOf(EscapedNul, at + 1, StringComparison.Ordinal))
        {
            if (!IsEscaped(json, at))
            {
                "\\ufffd".CopyTo(text.AsSpan(at));
            }
        }

        return new string(text);
    }

    // \\u0000 is a backslash and four harmless zeros: an odd number of backslashes before ours makes it the escaped one.
    private static bool IsEscaped(string json, int at)
    {
        var before = 0;
        while (at - before > 0 && json[at - before - 1] == '\\')
        {
            before++;
        }

        return before % 2 == 1;
    }
}
