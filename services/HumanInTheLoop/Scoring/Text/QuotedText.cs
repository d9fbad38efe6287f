using System.Text;

namespace AiTeams.HumanInTheLoop.Scoring.Text;

/// <summary>Takes away what a mail client put around a reply: quotes, headers of what is replied to or forwarded, signatures.</summary>
internal static class QuotedText
{
    private const int LongestAttribution = 400;
    private const int AttributionLines = 3;

    private static readonly string[] Wrote =
    [
        "wrote", "schrieb", "a ecrit", "escribio", "ha scritto", "escreveu", "schreef", "napisal", "pisze", "написал", "пишет", "yazdi", "写道", "書きました", "skrev", "kirjoitti",
    ];

    private static readonly HashSet<string> From = ["from", "von", "de", "da", "van", "od", "от", "от кого", "差出人", "发件人", "寄件者", "kimden", "fra", "fran"];

    private static readonly HashSet<string> Headers =
    [
        "sent", "date", "to", "subject", "cc", "gesendet", "datum", "an", "betreff", "envoye", "a", "objet", "enviado", "enviado el", "fecha", "para", "asunto", "inviato", "data",
        "oggetto", "enviada em", "assunto", "verzonden", "aan", "onderwerp", "wyslano", "do", "temat", "отправлено", "дата", "кому", "тема", "送信日時", "日付", "宛先", "件名", "发送时间",
        "日期", "收件人", "主题", "gonderildi", "tarih", "kime", "konu",
    ];

    private static readonly string[] Devices =
    [
        "sent from my ", "sent from mobile", "get outlook for ", "von meinem ", "gesendet von ", "gesendet mit ", "envoye de mon ", "envoye depuis ", "enviado desde mi ", "enviado do meu ",
        "inviato da ", "verzonden vanaf ", "verstuurd vanaf ", "wyslane z ", "отправлено с ", "发自我的", "iphoneから送信",
    ];

    private static readonly string[] Forwards = ["begin forwarded message", "debut du message transfere", "anfang der weitergeleiteten", "inicio del mensaje reenviado"];

    /// <summary>What the person wrote, line by line; empty when all of it is quoted.</summary>
    public static string Without(string text)
    {
        var lines = text.Split('\n');
        var own = new StringBuilder();
        for (var at = 0; at < lines.Length; at++)
        {
            var line = lines[at].Trim();
            if (EndsTheReply(lines, at, line))
            {
                break;
            }

            if (!line.StartsWith('>') && !line.StartsWith("&gt;", StringComparison.Ordinal) && !IsDevice(line))
            {
                own.Append(lines[at]).Append('\n');
            }
        }

        return own.ToString().Trim();
    }

    private static bool EndsTheReply(string[] lines, int at, string line)
    {
        if (line is "--" or "—" || IsRule(line))
        {
            return true;
        }

        return IsAttribution(lines, at) || IsHeaderBlock(lines, at) || (line.Length < 100 && Forwards.Any(Folding.Fold(line).StartsWith));
    }

    /// <summary>"-----Original Message-----" in any language, or a line of underscores.</summary>
    private static bool IsRule(string line) =>
        line.Length is >= 10 and < 100
        && ((line.StartsWith("-----", StringComparison.Ordinal) && line.EndsWith("---", StringComparison.Ordinal)) || !line.AsSpan().ContainsAnyExcept('_'));

    /// <summary>"On Monday at 10:12, somebody wrote:", up to three lines long.</summary>
    private static bool IsAttribution(string[] lines, int at)
    {
        var text = "";
        for (var next = at; next < lines.Length && next < at + AttributionLines && text.Length < LongestAttribution; next++)
        {
            var line = lines[next].Trim();
            if (line.Length is 0 or > LongestAttribution || line[0] == '>')
            {
                return false;
            }

            text += " " + line;
            if (line.EndsWith(':') || line.EndsWith('：'))
            {
                var folded = Folding.Fold(text);
                return folded.Any(char.IsAsciiDigit) && (Wrote.Any(verb => folded.Contains(verb, StringComparison.Ordinal)) || (folded.Contains('@', StringComparison.Ordinal) && folded.Contains('<', StringComparison.Ordinal)));
            }
        }

        return false;
    }

    /// <summary>Outlook's "From: … Sent: … To: …": a sender, and one more header within four lines.</summary>
    private static bool IsHeaderBlock(string[] lines, int at) =>
        Header(lines[at]) is { } first && From.Contains(first)
        && lines.Skip(at + 1).Take(4).Any(line => Header(line) is { } header && Headers.Contains(header));

    private static string? Header(string line)
    {
        var colon = line.AsSpan(0, Math.Min(line.Length, 30)).IndexOfAny(':', '：');
        return colon > 0 ? Folding.Fold(line[..colon].Trim(' ', '*')) : null;
    }

    private static bool IsDevice(string line)
    {
        var folded = line.Length is > 0 and < 80 ? Folding.Fold(line) : "";
        return folded.Length > 0 && Devices.Any(start => folded.StartsWith(start, StringComparison.Ordinal));
    }
}
