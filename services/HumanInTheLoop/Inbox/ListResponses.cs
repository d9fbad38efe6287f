using System.Text.Json;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Paging;
using AiTeams.ServiceDefaults.Routes;

namespace AiTeams.HumanInTheLoop.Inbox;

/// <summary>What people wrote in the channels of a workflow, newest first, and what was made of it: score, reasoning and each factor.</summary>
internal sealed class ListResponses(UserDatabase database)
{
    private const string List = "hil-responses";

    private const string Rows = """
        SELECT r.id, r.source_channel, r.sender, r.status, r.matched_interaction_id, r.ai_relevance_score, r.ai_reasoning, r.factors, r.raw_payload, r.received_at,
            r.processed_at
        FROM hil_responses r
        WHERE r.workflow_id = $1 AND ($2::text[] IS NULL OR r.status = ANY ($2)) AND ($3::timestamptz IS NULL OR (r.received_at, r.id) < ($3, $4))
        ORDER BY r.received_at DESC, r.id DESC LIMIT $5
        """;

    public sealed record Response(
        Guid Id, string SourceChannel, string? Sender, string Status, Guid? MatchedInteractionId, decimal? RelevanceScore, string? Reasoning, JsonElement? Factors,
        JsonElement RawPayload, DateTimeOffset ReceivedAt, DateTimeOffset? ProcessedAt);

    public sealed record Answer(IReadOnlyList<Response> Responses, string? NextCursor);

    public async Task<Answer> HandleAsync(HttpRequest request, WorkflowId id, Caller caller, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var limit = query.Limit();
        var status = query.Words("status", "UNPROCESSED", "MATCHED", "FILTERED_OUT", "ERROR");
        var after = query.Cursor(List);
        query.ThrowIfInvalid();

        return await database.QueryAsync(
            caller,
            [
                Statement.Of(
                    Rows, Statement.Uuid(id.Value), Statement.Texts(status is null ? null : Array.ConvertAll(status, word => word.ToLowerInvariant())),
                    Statement.Moment(after is { First: var ticks } ? new DateTimeOffset(ticks, TimeSpan.Zero) : null), Statement.Uuid(after?.Second),
                    Statement.Integer(limit + 1)),
            ],
            async (reader, token) =>
            {
                var rows = new List<Response>();
                while (await reader.ReadAsync(token))
                {
                    rows.Add(new Response(
                        reader.GetGuid(0), reader.GetString(1), reader.Text(2), reader.GetString(3), reader.Uuid(4), reader.IsDBNull(5) ? null : reader.GetDecimal(5),
                        reader.Text(6), reader.Json(7), reader.GetFieldValue<JsonElement>(8), reader.GetFieldValue<DateTimeOffset>(9), reader.Moment(10)));
                }

                var more = Page.Trim(rows, limit);
                return new Answer(rows, more ? Cursor.Write(List, rows[^1].ReceivedAt.UtcTicks, rows[^1].Id) : null);
            },
            cancellationToken);
    }
}
