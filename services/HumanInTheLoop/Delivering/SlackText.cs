namespace AiTeams.HumanInTheLoop.Delivering;

/// <summary>Text in Slack's mrkdwn (docs.slack.dev, "Formatting message text").</summary>
internal static class SlackText
{
    /// <summary>Neither mentions (&lt;!channel&gt;) nor disguised links are left of what somebody else wrote.</summary>
    public static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>Cut to Slack's limit, with a mark and without half an escape.</summary>
    public static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        var end = length - 1;
        var escape = text.LastIndexOf('&', end - 1, Math.Min(5, end));
        end = escape >= 0 && text.IndexOf(';', escape) is var close && close >= end ? escape : end;
        end = char.IsHighSurrogate(text[end - 1]) ? end - 1 : end;
        return $"{text[..end]}…";
    }
}
