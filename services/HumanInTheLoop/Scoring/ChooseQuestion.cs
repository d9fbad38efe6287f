namespace AiTeams.HumanInTheLoop.Scoring;

/// <summary>Which of several open questions a reply answers. <see cref="Score"/> is uncertain when two are as likely.</summary>
internal sealed record Chosen(Question Question, Score Score);

/// <summary>
/// A reply that names one question (correlation id, thread) is judged by that one alone. Otherwise the best wins, if it leads the next
/// by <see cref="Margin"/>; when it does not, it is asked back about.
/// </summary>
internal static class ChooseQuestion
{
    public const decimal Margin = 0.1m;

    /// <summary>Null without questions.</summary>
    public static Chosen? For(Reply reply, IReadOnlyCollection<Question> open)
    {
        var named = open.Where(question => ReplyScorer.IsNamed(question, reply)).ToList();
        var ranked = (named.Count > 0 ? named : open).Select(question => new Chosen(question, ReplyScorer.Of(question, reply)))
            .OrderByDescending(one => one.Score.Relevance).ThenBy(one => one.Question.Id, StringComparer.Ordinal).ToList();
        if (ranked.Count == 0)
        {
            return null;
        }

        var best = ranked[0];
        return best.Score.Classification is Classification.Relevant && ranked.Count > 1 && best.Score.Relevance - ranked[1].Score.Relevance < Margin
            ? best with
            {
                Score = best.Score with
                {
                    Classification = Classification.Uncertain,
                    Relevance = ReplyScorer.Relevant - 0.01m,
                    Reasoning = best.Score.Reasoning + " Another open question could be meant as well.",
                },
            }
            : best;
    }
}
