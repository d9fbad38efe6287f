using System.Text.RegularExpressions;
using AiTeams.HumanInTheLoop.Scoring.Text;

namespace AiTeams.HumanInTheLoop.Scoring;

/// <summary>Reads a review: passed or not, a score ("4/5", "8 out of 10", "85%", "B+"), and the rest as comments. A score alone is an answer without a verdict.</summary>
internal static class ReadReview
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;

    private static readonly Regex Points = new(@"\b(?<points>\d{1,3}([.,]\d)?)\s?(/|out of|von|sur|de|su|van|na|из|／)\s?(?<of>\d{1,3})\b", Linear);
    private static readonly Regex Percent = new(@"\b(?<points>\d{1,3})\s?(%|percent|prozent)", Linear);
    private static readonly Regex Grade = new(@"^\W{0,3}((grade|score|note|mark)\W{1,3})?(?<grade>[a-f][+\-]?)\W{0,3}$", Linear);

    public static AnswerReading Of(Question question, ReplyText text, Utterance said)
    {
        var verdict = ReadVerdict.Of(text, said, question.Type);
        var asks = said.Clauses.Any(clause => clause.IsAsked);
        if (asks || ScoreIn(text.Folded) is not { } score)
        {
            return verdict.IsAnswer ? verdict with { Values = Comments(text, null) } : verdict;
        }

        return verdict.Outcome switch
        {
            Outcome.Confirmed or Outcome.Rejected => verdict with { Values = Comments(text, score) },
            Outcome.None => verdict with
            {
                Outcome = Outcome.Answered,
                Explanation = "It gives a score and no verdict.",
                HasKeyword = true,
                AboutIt = Math.Max(verdict.AboutIt, 0.7),
                Purity = 0.9,
                Values = Comments(text, score),
            },
            Outcome.Unclear or Outcome.Answered => verdict,
        };
    }

    private static string? ScoreIn(string folded)
    {
        var points = Points.Matches(folded);
        if (points.Count == 1 && Size(points[0].Groups["points"].Value) is var reached && Size(points[0].Groups["of"].Value) is var most && most > 0 && reached <= most)
        {
            return $"{points[0].Groups["points"].Value.Replace(',', '.')}/{points[0].Groups["of"].Value}";
        }

        return points.Count > 0 ? null
            : Percent.Matches(folded) is [var percent] && Size(percent.Groups["points"].Value) <= 100 ? percent.Groups["points"].Value + "%"
            : Grade.Match(folded) is { Success: true } grade ? grade.Groups["grade"].Value.ToUpperInvariant()
            : null;
    }

    private static decimal Size(string digits) => decimal.Parse(digits.Replace(',', '.'), System.Globalization.CultureInfo.InvariantCulture);

    private static Dictionary<string, object> Comments(ReplyText text, string? score)
    {
        var values = new Dictionary<string, object> { ["comments"] = text.Own };
        if (score is not null)
        {
            values["score"] = score;
        }

        return values;
    }
}
