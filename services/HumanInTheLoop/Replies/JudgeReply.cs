using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.HumanInTheLoop.Asking;
using AiTeams.HumanInTheLoop.Deciding;
using AiTeams.HumanInTheLoop.Resuming;
using AiTeams.HumanInTheLoop.Scoring;
using AiTeams.ServiceDefaults.Errors;
using Npgsql;
using Answer = AiTeams.HumanInTheLoop.Questions.Answer;

namespace AiTeams.HumanInTheLoop.Replies;

/// <summary>
/// Makes something of one written reply (domain sections 6.5 and 6.6): it answers the question, is left alone, or is asked back about. Only the first of
/// these resumes anything, and it does so in the transaction that marks the reply.
/// </summary>
internal sealed class JudgeReply(NpgsqlDataSource database, ReplyStore store, ReplyRows rows, AnswerInteraction answers, HilAlarm alarm)
{
    /// <summary>After so many it waits for a person without a word.</summary>
    private const int MaxClarifications = 3;

    private const string CountClarifications = "SELECT count(*) FROM hil_deliveries WHERE interaction_id = $1 AND message_type = 'clarification'";

    private static readonly Scoring.Question IsThatIt = new()
    {
        Id = "clarification",
        Type = QuestionType.Approval,
        Title = "Is this your answer?",
        AskedAt = default,
        TimeoutAt = DateTimeOffset.MaxValue,
        Channel = "",
    };

    public async Task HandleAsync(StoredReply stored, CancellationToken cancellationToken)
    {
        var candidates = await store.FindAsync(stored.Reply, stored.WorkflowId, cancellationToken);
        var open = candidates.Where(one => one.Interaction.IsPending).ToList();
        if (open.Count == 0)
        {
            var why = candidates.Count > 0 ? $"It came too late. {Conflicts.Ended(candidates[^1].Interaction).Detail}" : "Nothing that it could answer was asked there.";
            await rows.ExecuteAsync(cancellationToken, ReplyRows.Judged(stored.Id, "filtered_out", candidates.Count > 0 ? candidates[^1].Interaction.Id : null, null, why));
            return;
        }

        var reply = ReplyReading.ReplyOf(stored.Reply, open);
        var chosen = ChooseQuestion.For(reply, [.. open.DistinctBy(one => one.Interaction.Id).Select(one => ReplyReading.QuestionOf(one, open))])!;
        var candidate = open.First(one => one.Interaction.Id.ToString("D") == chosen.Question.Id);
        if (candidate.IsNamed && await rows.AskedBackAsync(candidate.Interaction.Id, stored, cancellationToken) is { } earlier
            && await SettleAsync(stored, earlier, candidate, chosen.Question, open, cancellationToken))
        {
            return;
        }

        await (chosen.Score.Classification switch
        {
            Classification.Relevant => TakeAsync(stored, candidate, chosen.Score, cancellationToken),
            Classification.Filtered => rows.ExecuteAsync(cancellationToken, ReplyRows.Judged(stored.Id, "filtered_out", null, chosen.Score, chosen.Score.Reasoning)),
            _ => AskBackAsync(stored, candidate, chosen.Score, chosen.Score.Reasoning, cancellationToken),
        });
    }

    /// <summary>A yes or no to "is this your answer?" speaks of what was asked back about, and not of the question. False: it says neither.</summary>
    private async Task<bool> SettleAsync(
        StoredReply stored, StoredReply earlier, Candidate candidate, Scoring.Question question, IReadOnlyList<Candidate> open, CancellationToken cancellationToken)
    {
        var score = ReplyScorer.Of(question, ReplyReading.ReplyOf(earlier.Reply, open));
        var said = ReadAnswer.Of(IsThatIt, stored.Reply.Text).Outcome;
        if (!score.Reading.IsAnswer || said is not (Outcome.Confirmed or Outcome.Rejected))
        {
            return false;
        }

        var (answer, _) = ReplyReading.AnswerOf(candidate.Interaction.Question, earlier.Reply, score);
        if (said is Outcome.Rejected || answer is null)
        {
            await rows.ExecuteAsync(
                cancellationToken,
                ReplyRows.Judged(earlier.Id, "filtered_out", candidate.Interaction.Id, score, $"{score.Reasoning} Asked back, the person said that it was not meant as the answer.", again: true),
                ReplyRows.Judged(stored.Id, "filtered_out", candidate.Interaction.Id, null, "It says that the reply before was not meant as the answer."));
            return true;
        }

        await DecideAsync(
            stored, candidate, answer with { Confidence = 1, Reasoning = $"{score.Reasoning} Asked back, the person said that it was meant so." }, null,
            async connection => await ReplyRows.TryAsync(
                connection, ReplyRows.Judged(earlier.Id, "matched", candidate.Interaction.Id, score, $"{score.Reasoning} Asked back, the person confirmed it.", again: true), cancellationToken),
            cancellationToken);
        return true;
    }

    private Task TakeAsync(StoredReply stored, Candidate candidate, Score score, CancellationToken cancellationToken)
    {
        var (answer, problems) = ReplyReading.AnswerOf(candidate.Interaction.Question, stored.Reply, score);
        return answer is null
            ? AskBackAsync(stored, candidate, score, $"{score.Reasoning} It is not a whole answer: {problems[0].Message}", cancellationToken)
            : DecideAsync(stored, candidate, answer, score, _ => Task.FromResult(true), cancellationToken);
    }

    private async Task DecideAsync(
        StoredReply stored, Candidate candidate, Answer answer, Score? score, Func<NpgsqlConnection, Task<bool>> also, CancellationToken cancellationToken)
    {
        var id = candidate.Interaction.Id;
        try
        {
            var receipt = await answers.HandleAsync(
                id, stored.Reply.Responder, JsonSerializer.SerializeToElement(answer.ResponseData["raw"]), stored.Reply.Channel, cancellationToken, answer,
                async connection =>
                {
                    if (!await ReplyRows.TryAsync(connection, ReplyRows.Judged(stored.Id, "matched", id, score, answer.Reasoning), cancellationToken) || !await also(connection))
                    {
                        throw new JudgedBeforeException();
                    }
                });
            if (receipt.Replayed)
            {
                await rows.ExecuteAsync(cancellationToken, ReplyRows.Judged(stored.Id, "filtered_out", id, score, "The same person has given the same answer before."));
            }
        }
        catch (ProblemException problem) when (problem.Status is 403 or 409)
        {
            await rows.ExecuteAsync(cancellationToken, ReplyRows.Judged(stored.Id, "filtered_out", id, score, $"{answer.Reasoning} It was not taken: {problem.Detail}"));
        }
        catch (JudgedBeforeException)
        {
            // another service has done the same, and nothing of this remains
        }
    }

    private async Task AskBackAsync(StoredReply stored, Candidate candidate, Score score, string reasoning, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var interaction = candidate.Interaction;
        if (await InteractionGate.LockAsync(connection, interaction.Id, cancellationToken) is null
            || !await ReplyRows.TryAsync(connection, ReplyRows.Judged(stored.Id, "unprocessed", interaction.Id, score, reasoning), cancellationToken))
        {
            return;                                       // over, or judged by another service: the next round sees which
        }

        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(ServiceDefaults.Database.Statement.Of(CountClarifications, ServiceDefaults.Database.Statement.Uuid(interaction.Id)));
        var asked = (int)(long)(await batch.ExecuteScalarAsync(cancellationToken))!;
        if (asked < MaxClarifications)
        {
            await using var told = connection.CreateBatch();
            told.BatchCommands.Add(DeliveryRows.To(
                [new Recipient(stored.Reply.Channel, candidate.Recipient)], interaction.Id, interaction.UserId, "clarification", asked, Clarification(stored, candidate, score).ToJsonString()));
            await told.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        alarm.Ring();
    }

    private static JsonObject Clarification(StoredReply stored, Candidate candidate, Score score)
    {
        var question = candidate.Interaction.Question;
        var isSettled = score.Reading.IsAnswer && ReplyReading.AnswerOf(question, stored.Reply, score).Answer is not null;
        return new JsonObject
        {
            ["reply"] = stored.Reply.Text.Length <= 300 ? stored.Reply.Text : $"{stored.Reply.Text[..299]}…",
            ["understood"] = isSettled ? $"I read it as: {ReplyReading.Understood(question, score.Reading)}." : "I cannot read it as a whole answer.",
            ["how"] = isSettled ? $"Did you mean this as your answer to \"{question.Title}\"? Reply yes or no." : $"Please answer \"{question.Title}\" in other words.",
        };
    }

    private sealed class JudgedBeforeException : Exception;
}
