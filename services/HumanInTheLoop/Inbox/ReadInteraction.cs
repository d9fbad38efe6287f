using System.Text.Json;
using AiTeams.HumanInTheLoop.Deciding;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Inbox;

/// <summary>One interaction with everything about it: where it was put and how that went, and who has said what so far.</summary>
internal sealed class ReadInteraction(NpgsqlDataSource database, InboxAccess access)
{
    private const string Find = $"SELECT {Interaction.Columns} FROM human_interactions h WHERE h.id = $1";

    private const string Deliveries = """
        SELECT channel_type, recipient, message_type, status, attempts, sent_at, CASE status WHEN 'queued' THEN next_attempt_at END, reference, error_message
        FROM hil_deliveries WHERE interaction_id = $1 ORDER BY created_at, channel_type, recipient
        """;

    private const string Votes = "SELECT agrees, response_data, responder, created_at FROM hil_votes WHERE interaction_id = $1 ORDER BY created_at, id";

    public sealed record Delivery(
        string ChannelType, string Recipient, string MessageType, string Status, int Attempts, DateTimeOffset? SentAt, DateTimeOffset? NextAttemptAt, string? Reference,
        string? ErrorMessage);

    public sealed record Vote(bool Agrees, JsonElement ResponseData, JsonElement Responder, DateTimeOffset At);

    public sealed record Answer(InteractionAnswer Interaction, IReadOnlyList<Delivery> Deliveries, IReadOnlyList<Vote> Votes);

    public async Task<Answer> HandleAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        await access.RequireAsync(caller, id, cancellationToken);
        await using var batch = database.CreateBatch();
        foreach (var sql in (string[])[Find, Deliveries, Votes])
        {
            batch.BatchCommands.Add(Statement.Of(sql, Statement.Uuid(id)));
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            throw Problems.NotFound("interaction");
        }

        var interaction = InteractionAnswer.Of(Interaction.Read(reader));
        await reader.NextResultAsync(cancellationToken);
        var deliveries = new List<Delivery>();
        while (await reader.ReadAsync(cancellationToken))
        {
            deliveries.Add(new(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt32(4), reader.Moment(5), reader.Moment(6), reader.Text(7),
                reader.Text(8)));
        }

        await reader.NextResultAsync(cancellationToken);
        var votes = new List<Vote>();
        while (await reader.ReadAsync(cancellationToken))
        {
            votes.Add(new(
                reader.GetBoolean(0), reader.GetFieldValue<JsonElement>(1), reader.GetFieldValue<JsonElement>(2), reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return new Answer(interaction, deliveries, votes);
    }
}
