using System.Text;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Logs;

/// <summary>
/// Cuts what goes into a log line to size. With these limits a line has at most 10 KB (domain section 4.8), whatever a node gave or
/// an outside service answered. Sizes are bytes of UTF-8.
/// </summary>
public static class LogText
{
    public const int Message = 2_000;
    public const int Friendly = 1_000;
    public const int Data = 4_000;
    public const int Details = 2_000;

    /// <summary>What is longer as text is not even looked at: its line says how long it is.</summary>
    public const long LongestToClean = 1_000_000;

    /// <summary>The text, or its beginning with an ellipsis.</summary>
    public static string Fit(string text, int bytes)
    {
        if (text.Length * 3 <= bytes || Encoding.UTF8.GetByteCount(text) <= bytes)
        {
            return text;
        }

        var end = Math.Min(text.Length, bytes - 3);
        while (end > 0 && (Encoding.UTF8.GetByteCount(text.AsSpan(0, end)) > bytes - 3 || char.IsHighSurrogate(text[end - 1])))
        {
            end--;
        }

        return string.Concat(text.AsSpan(0, end), "…");
    }

    /// <summary>The value as JSON text; of one that is too large how large it is and how its text begins.</summary>
    public static string Fit(JsonData value, int bytes)
    {
        // Weight first: a value whose parts are shared can be small in memory and endless as text.
        if (value.Weight <= bytes && value.ToString() is var text && Encoding.UTF8.GetByteCount(text) <= bytes)
        {
            return text;
        }

        const int Frame = 100;
        var preview = value.Weight <= LongestToClean ? value.ToString() : $"{JsonKinds.Describe(value)} with {value.Count} entries";
        for (var room = (bytes - Frame) / 2; ; room /= 2)
        {
            // Escaping may make the preview longer again.
            var cut = JsonData.Object(("truncated", true), ("characters", value.Weight), ("preview", Fit(preview, room))).ToString();
            if (Encoding.UTF8.GetByteCount(cut) <= bytes)
            {
                return cut;
            }
        }
    }
}
