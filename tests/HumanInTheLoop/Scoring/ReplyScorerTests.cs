using System.Text.Json.Nodes;
using AiTeams.HumanInTheLoop.Scoring;
using AiTeams.HumanInTheLoop.Scoring.Text;

namespace AiTeams.HumanInTheLoop.Tests.Scoring;

public sealed class ReplyScorerTests
{
    private static readonly DateTimeOffset Nine = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private static readonly Question Refund = new()
    {
        Id = "q1",
        Type = QuestionType.Approval,
        Title = "Refund for ACME",
        Message = "Refund 240 EUR to ACME?",
        Options = [new("approve", "Approve"), new("reject", "Reject")],
        Approvers = ["U1"],
        AskedAt = Nine,
        TimeoutAt = Nine.AddHours(1),
        Channel = "C1",
        Thread = "1.1",
        CorrelationId = "corr-1",
    };

    private static readonly Reply Yes = new() { Text = "yes", Sender = "U1", Channel = "C1", Thread = "1.1", ReceivedAt = Nine };

    [Fact]
    public void A_yes_in_the_thread_at_once_is_worth_all()
    {
        var score = ReplyScorer.Of(Refund, Yes);

        Assert.Equal((1m, Classification.Relevant, Outcome.Confirmed, "approve"), (score.Relevance, score.Classification, score.Reading.Outcome, score.Reading.Option));
        Assert.Equal([0.20m, 0.20m, 0.10m, 0.15m, 0.10m, 0.05m, 0.15m, 0.05m], score.Factors.Select(factor => factor.Weight));
        Assert.Equal(["content", "pattern", "channel", "user", "timing", "quality", "thread", "keywords"], score.Factors.Select(factor => factor.Name));
    }

    [Fact]
    public void The_correlation_id_finds_its_question_from_anywhere()
    {
        var score = ReplyScorer.Of(Refund, Yes with { Channel = "C9", Thread = null, CorrelationId = "corr-1" });

        Assert.Equal(Classification.Relevant, score.Classification);
        Assert.Equal((1m, "It names the question by its id: a sure match."), (score.Factors[6].Value, score.Factors[6].Explanation));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    [InlineData(30, 0.75)]
    [InlineData(60, 0)]
    public void Time_counts_from_the_question_to_its_end(int minutes, decimal expected)
    {
        var score = ReplyScorer.Of(Refund, Yes with { ReceivedAt = Nine.AddMinutes(minutes) });

        Assert.Equal(expected, score.Factors[4].Value);
        Assert.Equal(expected > 0, score.Classification is Classification.Relevant);
    }

    [Theory]
    [InlineData("No, they owe us money", "they owe us money")]
    [InlineData("Rejected - wrong account number", "wrong account number")]
    [InlineData("no", null)]
    [InlineData("I can't approve this because the contract ended in May", "I can't approve this because the contract ended in May")]
    public void The_reason_is_kept_in_the_persons_words(string text, string? reason)
    {
        var reading = ReadAnswer.Of(Refund, text);

        Assert.Equal((Outcome.Rejected, reason), (reading.Outcome, reason is null ? null : reading.Reason));
        Assert.Equal(reason, reading.Reason);
    }

    [Fact]
    public void Of_two_open_questions_none_wins_by_a_bare_yes_in_the_channel()
    {
        var other = Refund with { Id = "q2", Title = "Release 4.2", Message = "Release to production?", Thread = "2.2", CorrelationId = "corr-2" };

        Assert.Equal(Classification.Uncertain, ChooseQuestion.For(Yes with { Thread = null }, [Refund, other])!.Score.Classification);
        Assert.Equal(("q1", Classification.Relevant), Named(ChooseQuestion.For(Yes, [Refund, other])));
        Assert.Equal(("q2", Classification.Relevant), Named(ChooseQuestion.For(Yes with { Thread = "2.2" }, [Refund, other])));
        Assert.Equal(("q2", Classification.Relevant), Named(ChooseQuestion.For(Yes with { Thread = null, CorrelationId = "corr-2" }, [Refund, other])));
        Assert.Equal(("q1", Classification.Relevant), Named(ChooseQuestion.For(Yes with { Thread = null }, [Refund, other with { Approvers = ["U5"] }])));
        Assert.Null(ChooseQuestion.For(Yes, []));
    }

    [Fact]
    public void A_score_is_stored_as_snake_case_with_its_eight_factors()
    {
        var json = JsonNode.Parse(ReplyScorer.Of(Refund, Yes).ToJson())!.AsObject();

        Assert.Equal(["relevance", "classification", "factors", "reading", "reasoning"], json.Select(member => member.Key));
        Assert.Equal("relevant", (string?)json["classification"]);
        Assert.Equal(["name", "weight", "value", "explanation"], json["factors"]![7]!.AsObject().Select(member => member.Key));
        Assert.Equal("confirmed", (string?)json["reading"]!["outcome"]);
    }

    [Theory]
    [InlineData("yes\n\nOn Mon, 3 Feb 2025 at 10:12, A <a@b.example> wrote:\n> no", "yes")]
    [InlineData("yes\r\n-- \r\nAnn", "yes")]
    [InlineData("> no\n\nyes", "yes")]
    [InlineData("<@UBOT> *yes* for <https://example.com/1|this one>", "yes for this one")]
    [InlineData("<mailto:a@example.com|a@example.com>", "a@example.com")]
    [InlineData("~no~ yes &amp; thanks", "yes & thanks")]
    [InlineData("As Tom wrote:\nlet us pay", "As Tom wrote:\nlet us pay")]
    [InlineData("From: my desk\nyes", "From: my desk\nyes")]
    public void What_a_person_wrote_is_left(string delivered, string own) => Assert.Equal(own, ReplyText.Of(delivered, "UBOT").Own.Replace("  ", " ", StringComparison.Ordinal));

    [Theory]
    [InlineData("ＹＥＳ", "yes")]
    [InlineData("𝓎𝐞𝐬", "yes")]
    [InlineData("y\u200be\u00ads", "yes")]
    [InlineData("Größe ÇA șţ", "grosse ca st")]
    [InlineData("yеs", "yes")]
    [InlineData("e\u0301t\u00e9", "ete")]
    [InlineData("да Й", "да и")]
    [InlineData("ﬁne ①", "fine 1")]
    public void What_looks_the_same_is_the_same(string written, string folded) => Assert.Equal(folded, Folding.Fold(written));

    [Theory]
    [InlineData("1,200", 1200.0)]
    [InlineData("1.200,50", 1200.5)]
    [InlineData("1,200,000", 1200000.0)]
    [InlineData("0.125", 0.125)]
    [InlineData("99,5", 99.5)]
    [InlineData("5k", 5000.0)]
    [InlineData("-5", -5.0)]
    [InlineData("1 500", 1500.0)]
    [InlineData("5 or 6", null)]
    [InlineData("none", null)]
    public void Numbers_are_read_as_people_write_them(string text, double? expected) => Assert.Equal((decimal?)expected, FieldValue.Number(text));

    [Theory]
    [InlineData("2026-03-14", "2026-03-14")]
    [InlineData("14/03/2026", "2026-03-14")]
    [InlineData("03/14/2026", "2026-03-14")]
    [InlineData("03/04/2026", null)]
    [InlineData("30 February 2026", null)]
    [InlineData("1er mars 2026", "2026-03-01")]
    [InlineData("3 czerwca 2026", "2026-06-03")]
    [InlineData("5 мая 2026", "2026-05-05")]
    public void Days_are_read_where_there_is_only_one(string text, string? expected) => Assert.Equal(expected, FieldValue.Date(text));

    private static (string Id, Classification Classification) Named(Chosen? chosen) => (chosen!.Question.Id, chosen.Score.Classification);
}
