using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Hosting;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Deciding;

/// <summary>What an answer came to.</summary>
/// <param name="Status">pending while others have to agree, then responded.</param>
/// <param name="Missing">How many more have to agree.</param>
internal sealed record AnswerReceipt(Guid InteractionId, string Status, string? Outcome, int Missing, bool Replayed);

/// <summary>
/// Takes an answer from whatever channel. The first valid one wins; who repeats his own is told the same again, and everybody else who comes later gets 409
/// with what won. Where several have to agree, each has one vote, and the answer that decides carries them all.
/// </summary>
internal sealed class AnswerInteraction(NpgsqlDataSource database, InteractionGate gate)
{
    private const string Find = $"SELECT {Interaction.Columns} FROM human_interactions h WHERE h.id = $1";

    private const string Vote = """
        INSERT INTO hil_votes (interaction_id, user_id, voter, agrees, response_data, responder) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT ON CONSTRAINT hil_votes_voter_key DO NOTHING RETURNING id
        """;

    private const string Votes = "SELECT agrees, response_data, responder FROM hil_votes WHERE interaction_id = $1 ORDER BY created_at, id";

    /// <param name="answer">Already read, as from a written reply; null: <paramref name="data"/> is checked against the question.</param>
    /// <param name="also">Runs in the transaction that takes the answer: a token is used, a reply becomes matched.</param>
    public async Task<AnswerReceipt> HandleAsync(
        Guid id, Responder responder, JsonElement data, string channel, CancellationToken cancellationToken, Answer? answer = null,
        Func<NpgsqlConnection, Task>? also = null)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await InteractionGate.LockAsync(connection, id, cancellationToken) is not var (interaction, now))
        {
            return await InsteadAsync(connection, id, responder, data, cancellationToken);
        }

        if (AnswerRights.Check(interaction.Question, responder, interaction.IsEscalated, interaction.AssignedTo, interaction.ClaimedBy) is { } refusal)
        {
            throw refusal.Code == "claimed" ? Problems.Conflict(refusal.Reason, refusal.Code) : new ProblemException(403, refusal.Code, "Not allowed", refusal.Reason);
        }

        if (now >= interaction.TimeoutAt && interaction.TimeoutAction != "escalate")
        {
            throw Conflicts.TimedOut(interaction);        // its end is a matter of moments, and nobody shall slip in before it
        }

        answer ??= Checked(interaction.Question, data);
        var receipt = await DecideAsync(connection, interaction, responder, answer, channel, now, cancellationToken);
        if (also is not null)
        {
            await also(connection);
        }

        await transaction.CommitAsync(cancellationToken);
        gate.Announce();
        return receipt;
    }

    private static Answer Checked(Question question, JsonElement data)
    {
        var (answer, problems) = AnswerCheck.Read(question, data);
        return answer ?? throw Problems.Validation(problems);
    }

    private async Task<AnswerReceipt> DecideAsync(
        NpgsqlConnection connection, Interaction interaction, Responder responder, Answer answer, string channel, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var question = interaction.Question;
        var missing = 0;
        if (question.RequiredAnswers > 1 && answer.Outcome != "unrelated")
        {
            var tally = await CountAsync(connection, interaction, responder, answer, cancellationToken);
            missing = tally.Missing;
            if (tally.Final is not { } final)
            {
                return new AnswerReceipt(interaction.Id, "pending", null, missing, Replayed: false);
            }

            answer = final;
        }

        return await gate.EndAsync(connection, interaction, Verdict.Answered(interaction, answer, responder, channel, now), now, cancellationToken)
            ? new AnswerReceipt(interaction.Id, "responded", answer.Outcome, missing, Replayed: false)
            : throw new InvalidOperationException("The row was locked, and ended by somebody else.");
    }

    private static async Task<(Answer? Final, int Missing)> CountAsync(
        NpgsqlConnection connection, Interaction interaction, Responder responder, Answer answer, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(
            Vote, Statement.Uuid(interaction.Id), Statement.Uuid(interaction.UserId), Statement.Text(responder.Voter), Statement.Flag(answer.Agrees),
            Statement.Json(answer.ResponseData.ToJsonString()), Statement.Json(JsonSerializer.Serialize(responder, JsonConventions.Options))));
        batch.BatchCommands.Add(Statement.Of(Votes, Statement.Uuid(interaction.Id)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var isNew = await reader.ReadAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var votes = new List<(bool Agrees, JsonNode Vote)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            votes.Add((reader.GetBoolean(0), new JsonObject
            {
                ["agrees"] = reader.GetBoolean(0),
                ["response_data"] = JsonNode.Parse(reader.GetString(1)),
                ["responder"] = JsonNode.Parse(reader.GetString(2)),
            }));
        }

        if (!isNew)
        {
            throw Problems.Conflict("You have answered this question already; it waits for the others.", "already_voted");
        }

        var required = interaction.Question.RequiredAnswers;
        var agreed = votes.Count(vote => vote.Agrees);
        var refused = votes.Count - agreed;
        var people = Math.Max(required, interaction.Question.Approvers.Count);
        var outcome = agreed >= required ? "confirmed" : people - refused < required ? "rejected" : null;
        if (outcome is null)
        {
            return (null, required - agreed);
        }

        var response = (JsonObject)answer.ResponseData.DeepClone();
        response["answers"] = new JsonArray([.. votes.Select(vote => vote.Vote)]);
        return (answer with { Outcome = outcome, ResponseData = response }, 0);
    }

    private static async Task<AnswerReceipt> InsteadAsync(
        NpgsqlConnection connection, Guid id, Responder responder, JsonElement data, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Find, Statement.Uuid(id)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            throw Problems.NotFound("interaction");
        }

        var ended = Interaction.Read(reader);
        return Conflicts.IsSame(ended, responder, data)
            ? new AnswerReceipt(id, ended.Status, ended.Outcome, 0, Replayed: true)
            : throw Conflicts.Ended(ended);
    }
}
