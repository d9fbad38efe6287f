using AiTeams.HumanInTheLoop.Scoring;
using AiTeams.ServiceDefaults.Database;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Replies;

/// <summary>A reply that has to be judged, or waits for a word on what it meant.</summary>
internal sealed record StoredReply(Guid Id, Guid WorkflowId, Guid UserId, IncomingReply Reply);

/// <summary>Rows of hil_responses. Each is judged once: whoever comes second changes nothing.</summary>
internal sealed class ReplyRows(NpgsqlDataSource database)
{
    private const string Unread = """
        SELECT id, workflow_id, user_id, raw_payload FROM hil_responses WHERE status = 'unprocessed' AND processed_at IS NULL ORDER BY received_at LIMIT $1
        """;

    private const string AskedBack = """
        SELECT id, workflow_id, user_id, raw_payload FROM hil_responses
        WHERE matched_interaction_id = $1 AND status = 'unprocessed' AND processed_at IS NOT NULL AND sender = $2 AND id <> $3 ORDER BY processed_at DESC LIMIT 1
        """;

    private const string Judge = """
        UPDATE hil_responses SET status = $2, processed_at = clock_timestamp(), matched_interaction_id = coalesce($3, matched_interaction_id), ai_relevance_score = $4,
            ai_reasoning = left($5, 4000), factors = $6
        WHERE id = $1 AND status = 'unprocessed' AND (processed_at IS NULL OR $7)
        """;

    // What was asked back about and never settled is settled by the question's end.
    private const string Settle = """
        UPDATE hil_responses r SET status = 'filtered_out', ai_reasoning = r.ai_reasoning || ' The question ended without it.'
        FROM human_interactions h WHERE r.status = 'unprocessed' AND r.processed_at IS NOT NULL AND h.id = r.matched_interaction_id AND h.status <> 'pending'
        """;

    public Task<List<StoredReply>> UnreadAsync(int atMost, CancellationToken cancellationToken) =>
        ReadAsync(Statement.Of(Unread, Statement.Integer(atMost)), cancellationToken);

    /// <summary>The last reply of the same person that was asked back about; null when there is none.</summary>
    public async Task<StoredReply?> AskedBackAsync(Guid interactionId, StoredReply reply, CancellationToken cancellationToken) =>
        (await ReadAsync(Statement.Of(AskedBack, Statement.Uuid(interactionId), Statement.Text(reply.Reply.Sender), Statement.Uuid(reply.Id)), cancellationToken)).FirstOrDefault();

    /// <summary>What became of a reply. 0 rows: it was judged before.</summary>
    /// <param name="status">matched, filtered_out, error, or unprocessed for what was asked back about.</param>
    /// <param name="again">Whether one that was asked back about may be judged now.</param>
    public static NpgsqlBatchCommand Judged(Guid id, string status, Guid? interactionId, Score? score, string reasoning, bool again = false) => Statement.Of(
        Judge, Statement.Uuid(id), Statement.Text(status), Statement.Uuid(interactionId),
        new NpgsqlParameter { Value = (object?)score?.Relevance ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Numeric }, Statement.Text(reasoning), Statement.Json(score?.ToJson()), Statement.Flag(again));

    public Task SettleAsync(CancellationToken cancellationToken) => ExecuteAsync(cancellationToken, Statement.Of(Settle));

    public async Task ExecuteAsync(CancellationToken cancellationToken, params NpgsqlBatchCommand[] commands)
    {
        await using var batch = database.CreateBatch();
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>In the caller's transaction. False: it was judged before.</summary>
    public static async Task<bool> TryAsync(NpgsqlConnection connection, NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(command);
        return await batch.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private async Task<List<StoredReply>> ReadAsync(NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var rows = new List<StoredReply>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new StoredReply(reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), IncomingReply.FromJson(reader.Json(3)!.Value)));
        }

        return rows;
    }
}
