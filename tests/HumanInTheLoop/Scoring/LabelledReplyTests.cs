using AiTeams.HumanInTheLoop.Scoring;
using AiTeams.HumanInTheLoop.Scoring.Text;
using Xunit.Abstractions;

namespace AiTeams.HumanInTheLoop.Tests.Scoring;

/// <summary>
/// How well written replies are understood. Precision: of the replies that matched, how many are labelled with that very outcome. Recall: of the
/// replies labelled as an answer, how many matched with it. The rules were written without looking at the held-out third.
/// </summary>
public sealed class LabelledReplyTests(ITestOutputHelper output)
{
    private static readonly IReadOnlyList<LabelledReply> Seen = LabelledReply.Read("replies.tsv");
    private static readonly IReadOnlyList<LabelledReply> HeldOut = LabelledReply.Read("replies.held-out.tsv");

    [Fact]
    public void Replies_are_understood_as_people_mean_them()
    {
        var judged = Judge([.. Seen, .. HeldOut]);
        var all = Figures.Of("all", judged);
        Print(judged);

        Assert.True(all.Precision >= 0.98, all.ToString());
        Assert.True(all.Recall >= 0.90, all.ToString());
    }

    [Fact]
    public void Replies_the_rules_were_not_made_from_are_understood_as_well()
    {
        var figures = Figures.Of("held out", Judge(HeldOut));

        Assert.True(figures.Precision >= 0.96, figures.ToString());
        Assert.True(figures.Recall >= 0.85, figures.ToString());
    }

    [Fact]
    public void The_set_is_large_and_no_row_is_there_twice()
    {
        LabelledReply[] all = [.. Seen, .. HeldOut];

        Assert.True(all.Select(row => row.Text).Distinct().Count() >= 1_200);
        Assert.Equal(all.Length, all.Select(row => (row.QuestionKey, row.Context, row.Text)).Distinct().Count());
        Assert.Equal(all.Length, all.Select(row => row.Id).Distinct().Count());
        Assert.InRange((double)HeldOut.Count / (Seen.Count + HeldOut.Count), 0.33, 0.37);
        Assert.Superset(new HashSet<string> { "en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "ja", "zh", "tr" }, all.Select(row => row.Language).ToHashSet());
    }

    /// <summary>Word lists hold words: a sentence of the set in them would prove nothing.</summary>
    [Fact]
    public void No_reply_of_more_than_four_words_stands_in_the_word_lists()
    {
        var listed = Phrases.All.Listed.Select(Folding.Fold).ToHashSet();

        Assert.DoesNotContain(Seen.Concat(HeldOut), row => Words(row.Text) > 4 && listed.Contains(Folding.Fold(row.Text)));
        Assert.DoesNotContain(listed, phrase => Words(phrase) > 4);
    }

    [Fact]
    public void No_wrong_person_bot_or_machine_ever_matches()
    {
        var wrong = Judge([.. Seen.Concat(HeldOut).Where(row => row.Context is not ("thread" or "channel" or "mail"))]);

        Assert.True(wrong.Count > 30);
        Assert.All(wrong, one => Assert.Equal("none", one.Actual));
    }

    private static int Words(string text) => text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Length;

    private static List<Judged> Judge(IReadOnlyList<LabelledReply> rows) => [.. rows.Select(row => new Judged(row, LabelledReply.Written(ReplyScorer.Of(row.Question, row.Reply))))];

    private void Print(IReadOnlyList<Judged> judged)
    {
        var seen = Seen.Select(row => row.Id).ToHashSet();
        output.WriteLine("part                    replies answers matched right  precision recall");
        Figures[] parts =
        [
            Figures.Of("all", judged),
            Figures.Of("seen", [.. judged.Where(one => seen.Contains(one.Row.Id))]),
            Figures.Of("held out", [.. judged.Where(one => !seen.Contains(one.Row.Id))]),
            .. judged.GroupBy(one => one.Row.Language).Select(group => Figures.Of(group.Key, [.. group])),
            .. judged.GroupBy(one => one.Row.Category).Select(group => Figures.Of(group.Key, [.. group])),
        ];
        foreach (var part in parts)
        {
            output.WriteLine(part.ToString());
        }

        foreach (var one in judged.Where(one => one.Actual != one.Row.Expected && seen.Contains(one.Row.Id)))
        {
            output.WriteLine($"{one.Row.Id} {one.Row.Language} {one.Row.Category}: \"{one.Row.Text.ReplaceLineEndings("\\n")}\" was read as {one.Actual}, is {one.Row.Expected}");
        }
    }

    private sealed record Judged(LabelledReply Row, string Actual);

    private sealed record Figures(string Part, int Replies, int Answers, int Matched, int Right)
    {
        public double Precision => Matched == 0 ? 1 : (double)Right / Matched;

        public double Recall => Answers == 0 ? 1 : (double)Right / Answers;

        public static Figures Of(string part, IReadOnlyList<Judged> judged) => new(
            part,
            judged.Count,
            judged.Count(one => one.Row.IsAnswer),
            judged.Count(one => one.Actual != "none"),
            judged.Count(one => one.Actual != "none" && one.Actual == one.Row.Expected));

        public override string ToString() => FormattableString.Invariant($"{Part,-23} {Replies,7} {Answers,7} {Matched,7} {Right,5}  {Precision,9:0.000} {Recall,6:0.000}");
    }
}
