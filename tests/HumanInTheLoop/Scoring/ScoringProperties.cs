using System.Text;
using AiTeams.HumanInTheLoop.Scoring;
using AiTeams.HumanInTheLoop.Scoring.Text;
using FsCheck;
using FsCheck.Fluent;

namespace AiTeams.HumanInTheLoop.Tests.Scoring;

/// <summary>What holds for every text, whatever somebody sends.</summary>
public sealed class ScoringProperties
{
    private static readonly IReadOnlyList<LabelledReply> Rows = [.. LabelledReply.Read("replies.tsv"), .. LabelledReply.Read("replies.held-out.tsv")];
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(300);

    private static readonly string[] Scraps =
    [
        "yes", "no", "not", "approve", "reject", "👍", "👎", "?", "!", ".", ",", "\n", ">", "> ", "-- \n", "<@", "<@U1>", "|", "*", "_", "~", "`", ":+1:", ":", "承認", "ません", "不", "同意", "нет", "да",
        "On 3 Feb 2025, a@b.example wrote:", "From: a\nSent: b\n", "4/5", "1,200.50", "15.07.2026", "a@example.com", "amount: ", "berlin", "the second one", "\u200b", "\0", "\ud800", "ｙｅｓ",
        "aaaaaaaaaa", "{", "}", "'", "\"", "\t", " ", " but ", " if ", "maybe ",
    ];

    private static Gen<string> Texts => Gen.OneOf(
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""),
        Gen.Elements(Scraps).ListOf().Select(scraps => string.Concat(scraps)),
        Gen.Elements(Rows.Select(row => row.Text).ToArray()).ListOf(2).Select(texts => string.Join(' ', texts)),
        ArbMap.Default.GeneratorFor<byte[]>().Select(bytes => Encoding.UTF8.GetString(bytes)),
        ArbMap.Default.GeneratorFor<byte[]>().Select(bytes => Encoding.Unicode.GetString(bytes)));

    private static Gen<(LabelledReply Row, string Text)> Cases => Gen.Elements(Rows.ToArray()).SelectMany(row => Texts.Select(text => (row, text)));

    [Fact]
    public void Any_text_has_a_score_between_0_and_1_and_always_the_same()
        => Prop.ForAll(Cases.ToArbitrary(), one =>
        {
            var reply = one.Row.Reply with { Text = one.Text };
            var score = ReplyScorer.Of(one.Row.Question, reply);

            Assert.InRange(score.Relevance, 0, 1);
            Assert.Equal(1, score.Factors.Sum(factor => factor.Weight));
            Assert.Equal(8, score.Factors.Select(factor => factor.Name).Distinct().Count());
            Assert.All(score.Factors, factor => Assert.InRange(factor.Value, 0, 1));
            Assert.All(score.Factors, factor => Assert.EndsWith(".", factor.Explanation, StringComparison.Ordinal));
            Assert.Equal(score.Relevance >= 0.7m, score.Classification is Classification.Relevant);
            Assert.Equal(score.Relevance <= 0.3m, score.Classification is Classification.Filtered);
            Assert.True(score.Classification is not Classification.Relevant || score.Reading.IsAnswer);
            Assert.Equal(score.ToJson(), ReplyScorer.Of(one.Row.Question, reply).ToJson());
        }).Check(Runs);

    [Fact]
    public void Who_may_not_answer_never_matches()
        => Prop.ForAll(Cases.ToArbitrary(), one =>
        {
            var mine = one.Row.Reply with { Text = one.Text, Sender = LabelledReply.Person };
            Reply[] wrong = [mine with { Sender = "U2" }, mine with { Sender = null }, mine with { IsBot = true }, mine with { AutoSubmitted = "auto-replied" }, mine with { Precedence = "bulk" }];

            Assert.All(wrong, reply => Assert.Equal(Classification.Filtered, ReplyScorer.Of(one.Row.Question, reply).Classification));
        }).Check(Runs);

    [Fact]
    public void Losing_the_sender_the_thread_or_the_channel_never_raises_the_score()
        => Prop.ForAll(Cases.ToArbitrary(), one =>
        {
            var question = one.Row.Question;
            var best = one.Row.Reply with { Text = one.Text, Sender = LabelledReply.Person, Thread = question.Thread, Channel = question.Channel, IsBot = false, AutoSubmitted = null };
            var score = ReplyScorer.Of(question, best).Relevance;
            Reply[] worse = [best with { Sender = "U2" }, best with { Thread = null }, best with { Thread = "other" }, best with { Channel = "C9" }, best with { Thread = null, Channel = "C9" }, best with { IsBot = true }];

            Assert.All(worse, reply => Assert.True(ReplyScorer.Of(question, reply).Relevance <= score));
            Assert.True(ReplyScorer.Of(question, best with { Thread = "other" }).Relevance <= ReplyScorer.Of(question, best with { Thread = null }).Relevance);
        }).Check(Runs);

    [Fact]
    public void What_is_quoted_below_changes_nothing()
        => Prop.ForAll(Gen.Elements(Rows.Where(row => row.Context is "mail" or "thread").ToArray()).SelectMany(row => Gen.Elements(Quotes).Select(quote => (row, quote))).ToArbitrary(), one =>
        {
            var bare = ReadAnswer.Of(one.row.Question, one.row.Text);
            var quoting = ReadAnswer.Of(one.row.Question, one.row.Text + "\n\n" + one.quote);

            Assert.Equal((bare.Outcome, bare.Option, bare.Reason), (quoting.Outcome, quoting.Option, quoting.Reason));
            Assert.Equal(bare.Selected, quoting.Selected);
            Assert.Equal(bare.Values, quoting.Values);
        }).Check(Runs);

    [Theory]
    [MemberData(nameof(LongTexts))]
    public void A_text_made_for_it_costs_no_more_than_its_length(string scrap)
    {
        var text = string.Concat(Enumerable.Repeat(scrap, 100_000 / scrap.Length));
        var topic = new Topic(Rows[0].Question);

        var whole = Utterance.Of(Folding.Fold(text), topic);
        var half = Utterance.Of(Folding.Fold(text[..(text.Length / 2)]), topic);

        Assert.InRange(whole.Steps, 0, 2.1 * half.Steps + 100);
        Assert.InRange(whole.Steps, 0, 2 * (Phrases.LongestPhrase + 1) * text.Length);
        Assert.All(Rows.DistinctBy(row => row.QuestionKey), row => Assert.InRange(ReplyScorer.Of(row.Question, row.Reply with { Text = text }).Relevance, 0, 1));
    }

    public static TheoryData<string> LongTexts => new(
        "not ", "no ", "yes but ", "if only when ", "i do not know about that but ", "aaaa", "1", "1,", "9 9", ">", "> yes\n", "\n", ":", ":a", "<", "<@", "<@U1>", "~", "*", "-", "--\n", "On 1 <a@b wrote ", "From: a\n",
        "a@b.", "a.", "'", "j'", "承認し", "不", "a ", "no yes ", "yes, ", "not? ", "👍", "\u200b", "\ud800", "yse ", "amount:", "amount: 1, ", "4/", "berlin ", "e\u0301", "the ", "\t");

    private static readonly string[] Quotes =
    [
        "On Mon, 3 Feb 2025 at 10:12, Somebody <a@example.com> wrote:\n> yes, approved\n> no, rejected",
        "> maybe 100\n> Paris\n> if you approve",
        "-----Original Message-----\nFrom: A\nno",
        "From: A <a@example.com>\nSent: Monday\nTo: B\nSubject: yes\n\nno, out of office",
        "Am 03.02.2025 um 10:12 schrieb A:\n> nein",
        "-- \nA. Person\nNo Doubt Ltd, 100 Yes Street",
    ];
}
