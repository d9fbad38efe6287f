using System.Globalization;
using AiTeams.HumanInTheLoop.Scoring.Text;

namespace AiTeams.HumanInTheLoop.Scoring;

/// <summary>
/// Whether a reply answers a question: eight weighted factors, their sum, and four guards over it. Deterministic; no model, no clock.
/// docs/people.md ("How a written reply is understood") has the table of weights and what the guards are for.
/// </summary>
internal static class ReplyScorer
{
    public const decimal Relevant = 0.7m;
    public const decimal Filtered = 0.3m;

    /// <summary>Between the thresholds: what a guard leaves to be asked back.</summary>
    private const decimal AskBack = 0.69m;

    private const int LongMessage = 2_000;

    public static Score Of(Question question, Reply reply)
    {
        var text = ReplyText.Of(reply.Text, question.AskedBy, question.AskedByName);
        var said = Utterance.Of(text.Folded, new Topic(question));
        var reading = ReadAnswer.Of(question, text, said);
        Factor[] factors =
        [
            Content(reading), Pattern(reading), Channel(question, reply), User(question, reply), Timing(question, reply), Quality(reply, text), Thread(question, reply), Keywords(reading),
        ];
        var sum = Math.Round(factors.Sum(factor => factor.Weight * factor.Value), 2, MidpointRounding.ToZero);
        var (most, guard) = Guard(question, reply, reading, said);
        var relevance = Math.Min(sum, most);
        var kind = relevance >= Relevant ? Classification.Relevant : relevance <= Filtered ? Classification.Filtered : Classification.Uncertain;
        return new Score(relevance, kind, factors, reading, Reasoning(reading, sum, relevance, guard));
    }

    /// <summary>
    /// Who may not answer, machines and other talks never match, whatever the sum says: at most 0.3. An answer that could not be read, or that
    /// is said in passing outside the thread, is at most asked back about.
    /// </summary>
    private static (decimal Most, string? Why) Guard(Question question, Reply reply, AnswerReading reading, Utterance said) =>
        !MayAnswer(question, reply) ? (Filtered, "Who wrote it is not asked.")
        : reply.IsBot || reply.IsAutomatic ? (Filtered, "A machine wrote it.")
        : !IsNamed(question, reply) && reply.Channel != question.Channel ? (Filtered, "It was written somewhere else.")
        : !IsNamed(question, reply) && reply.Thread is not null && question.Thread is not null ? (Filtered, "It belongs to another thread.")
        : reply.ReceivedAt < question.AskedAt || reply.ReceivedAt >= question.TimeoutAt ? (AskBack, "It did not come while the question was open.")
        : reading.Outcome is Outcome.None ? (Filtered, "Nothing in it answers.")
        : !reading.IsAnswer ? (AskBack, "It cannot be read as one answer.")
        : !IsNamed(question, reply) && reading.Purity < 1 && !said.Has(WordClass.Topic) ? (AskBack, "Outside the thread it speaks of more than the question.")
        : (1, null);

    private static bool MayAnswer(Question question, Reply reply) =>
        question.Approvers.Count == 0 || (reply.Sender is { } sender && question.Approvers.Contains(sender, StringComparer.OrdinalIgnoreCase));

    /// <summary>The sure match: the reply names the question by its correlation id, or stands in its thread.</summary>
    internal static bool IsNamed(Question question, Reply reply) =>
        (question.CorrelationId is { Length: > 0 } id && reply.CorrelationId == id) || (question.Thread is { Length: > 0 } thread && reply.Thread == thread);

    private static Factor Content(AnswerReading reading)
    {
        var value = reading.Outcome is Outcome.None ? Math.Min(reading.AboutIt, 0.3) : reading.IsAnswer ? 0.5 + (reading.AboutIt / 2) : reading.AboutIt;
        return new("content", 0.20m, Part(value), $"{reading.AboutIt * 100:0} % of what is said answers or speaks of the question.");
    }

    private static Factor Pattern(AnswerReading reading) =>
        new("pattern", 0.20m, reading.IsAnswer ? Part(reading.Purity) : reading.Outcome is Outcome.Unclear ? 0.4m : 0, reading.Explanation);

    private static Factor Channel(Question question, Reply reply) =>
        reply.Channel == question.Channel ? new("channel", 0.10m, 1, "It came where the question was asked.") : new("channel", 0.10m, 0, "It came from somewhere else.");

    private static Factor User(Question question, Reply reply) =>
        reply.IsBot ? new("user", 0.15m, 0, "A bot wrote it.")
        : question.Approvers.Count == 0 ? new("user", 0.15m, 0.6m, "Anybody there may answer.")
        : MayAnswer(question, reply) ? new("user", 0.15m, 1, "Who wrote it was asked.")
        : new("user", 0.15m, 0, "Who wrote it was not asked.");

    /// <summary>1 at once, falling to 0.5 when the time runs out: a scale that fits a minute's wait and a month's.</summary>
    private static Factor Timing(Question question, Reply reply)
    {
        if (reply.ReceivedAt < question.AskedAt || reply.ReceivedAt >= question.TimeoutAt)
        {
            return new("timing", 0.10m, 0, "It did not come while the question was open.");
        }

        var share = (reply.ReceivedAt - question.AskedAt) / (question.TimeoutAt - question.AskedAt);
        return new("timing", 0.10m, Part(1 - (share / 2)), $"It came after {share * 100:0} % of the time.");
    }

    private static Factor Quality(Reply reply, ReplyText text) =>
        reply.IsBot || reply.IsAutomatic ? new("quality", 0.05m, 0, "A machine wrote it.")
        : text.Own.Length == 0 ? new("quality", 0.05m, 0, "It is empty.")
        : text.Own.Length > LongMessage ? new("quality", 0.05m, 0.5m, "It is long for an answer.")
        : new("quality", 0.05m, 1, "It is a person's message.");

    private static Factor Thread(Question question, Reply reply) =>
        question.CorrelationId is { Length: > 0 } id && reply.CorrelationId == id ? new("thread", 0.15m, 1, "It names the question by its id: a sure match.")
        : question.Thread is { Length: > 0 } thread && reply.Thread == thread ? new("thread", 0.15m, 1, "It replies to the question's message: a sure match.")
        : reply.Thread is null ? new("thread", 0.15m, 0.4m, "It replies to no message.")
        : new("thread", 0.15m, 0, "It replies to another message.");

    private static Factor Keywords(AnswerReading reading) =>
        reading.HasKeyword ? new("keywords", 0.05m, 1, "It holds a word or a value that answers.") : new("keywords", 0.05m, 0, "It holds no word that answers.");

    private static string Reasoning(AnswerReading reading, decimal sum, decimal relevance, string? guard) =>
        string.Create(CultureInfo.InvariantCulture, $"{reading.Explanation} The factors add up to {sum:0.00}{(guard is null || relevance == sum ? "" : $", held to {relevance:0.00}")}.")
        + (guard is null ? "" : " " + guard);

    private static decimal Part(double value) => Math.Round((decimal)Math.Clamp(value, 0, 1), 4);
}
