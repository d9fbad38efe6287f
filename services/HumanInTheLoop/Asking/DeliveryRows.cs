using AiTeams.ServiceDefaults.Database;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Asking;

/// <summary>Rows of hil_deliveries for messages to be sent. One that is there already stays as it is.</summary>
internal static class DeliveryRows
{
    // What is in an inbox is delivered by being there.
    private const string Add = """
        INSERT INTO hil_deliveries (interaction_id, user_id, channel_type, recipient, message_type, number, status, sent_at, variables)
        SELECT $1, $2, channel, left(recipient, 320), $5, $6, CASE channel WHEN 'in_app' THEN 'sent' ELSE 'queued' END,
            CASE channel WHEN 'in_app' THEN clock_timestamp() END, $7
        FROM unnest($3::text[], $4::text[]) AS r (channel, recipient)
        ON CONFLICT ON CONSTRAINT hil_deliveries_message_key DO NOTHING
        """;

    private const string AddToAll = """
        INSERT INTO hil_deliveries (interaction_id, user_id, channel_type, recipient, message_type, number, status, sent_at, variables)
        SELECT DISTINCT d.interaction_id, d.user_id, d.channel_type, d.recipient, $2, $3::integer, CASE d.channel_type WHEN 'in_app' THEN 'sent' ELSE 'queued' END,
            CASE d.channel_type WHEN 'in_app' THEN clock_timestamp() END, $4::jsonb
        FROM hil_deliveries d WHERE d.interaction_id = $1 AND d.status = 'sent' AND d.message_type IN ('request', 'escalated')
        ON CONFLICT ON CONSTRAINT hil_deliveries_message_key DO NOTHING
        """;

    /// <param name="messageType">What for: request, warning, escalated, and so on.</param>
    /// <param name="number">Which of several with the same occasion.</param>
    public static NpgsqlBatchCommand To(
        IReadOnlyList<Recipient> recipients, Guid interactionId, Guid userId, string messageType, int number = 0, string variables = "{}") =>
        Statement.Of(
            Add, Statement.Uuid(interactionId), Statement.Uuid(userId), Statement.Texts([.. recipients.Select(one => one.Channel)]),
            Statement.Texts([.. recipients.Select(one => one.Name)]), Statement.Text(messageType), Statement.Integer(number), Statement.Json(variables));

    /// <summary>To everybody who has been asked.</summary>
    public static NpgsqlBatchCommand ToAll(Guid interactionId, string messageType, int number = 0, string variables = "{}") =>
        Statement.Of(AddToAll, Statement.Uuid(interactionId), Statement.Text(messageType), Statement.Integer(number), Statement.Json(variables));
}
