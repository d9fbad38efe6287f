using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.WorkflowEngine.Executions.Starting;

/// <summary>What a start has to know: the version that is to run, and the execution its idempotency key has started before.</summary>
/// <param name="IsSameRequest">The earlier one was started by the same request; without an earlier one it says nothing.</param>
internal sealed record StartLookup(int Version, string? EarlierExecutionId, bool IsSameRequest);

/// <summary>
/// Answers all starts that ask at the same time with one query: while one is under way the next gathers. Whose workflow it is stands in
/// the query itself, because no single user asks it: a workflow of somebody else is as little there as none at all.
/// </summary>
internal sealed class StartLookups(NpgsqlDataSource database)
{
    private const string Versions = """
        SELECT u.position, coalesce(u.version, w.latest_version)
        FROM unnest($1::uuid[], $2::uuid[], $3::integer[]) WITH ORDINALITY AS u (workflow_id, user_id, version, position)
            JOIN workflows w ON w.id = u.workflow_id AND w.user_id = u.user_id AND coalesce(u.version, 1) BETWEEN 1 AND w.latest_version
        """;

    // LATERAL with a limit: each key is looked up in the index of keys, whatever the planner believes about the size of the table.
    private const string Earlier = """
        SELECT u.position, e.execution_id,
            e.workflow_id = u.workflow_id AND (u.is_delivery OR e.trigger_data IS NOT DISTINCT FROM u.data)
                AND (u.trigger_node_id IS NULL OR e.trigger_node_id = u.trigger_node_id) AND coalesce(e.metadata, '{}') = coalesce(u.metadata, '{}')
        FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::text[], $5::jsonb[], $6::text[], $7::jsonb[], $8::boolean[])
                AS u (position, workflow_id, user_id, key, data, trigger_node_id, metadata, is_delivery)
            CROSS JOIN LATERAL (
                SELECT * FROM workflow_executions x WHERE x.user_id = u.user_id AND x.idempotency_key = u.key LIMIT 1) e
        """;

    private const int Largest = 1_000;

    private readonly Lock _gate = new();
    private readonly Queue<Question> _waiting = new();
    private bool _isReading;

    /// <summary>404 problem: no workflow of this user.</summary>
    public async Task<StartLookup> FindAsync(Caller caller, StartRequest request, CancellationToken cancellationToken)
    {
        var question = new Question(caller.UserId, request);
        var isFirst = false;
        lock (_gate)
        {
            _waiting.Enqueue(question);
            (isFirst, _isReading) = (!_isReading, true);
        }

        if (isFirst)
        {
            _ = ReadUntilNobodyWaitsAsync();
        }

        return await question.Answer.Task.WaitAsync(cancellationToken) ?? throw Problems.NotFound("workflow");
    }

    private async Task ReadUntilNobodyWaitsAsync()
    {
        while (true)
        {
            var questions = new List<Question>();
            lock (_gate)
            {
                while (questions.Count < Largest && _waiting.TryDequeue(out var question))
                {
                    questions.Add(question);
                }

                if (questions.Count == 0)
                {
                    _isReading = false;
                    return;
                }
            }

            try
            {
                var answers = await ReadAsync(questions);
                for (var at = 0; at < answers.Length; at++)
                {
                    questions[at].Answer.SetResult(answers[at]);
                }
            }
            catch (Exception ex) when (ex is not OutOfMemoryException)
            {
                questions.ForEach(question => question.Answer.SetException(ex));
            }
        }
    }

    // Not cancelled with one of the callers: the others want to know all the same.
    private async Task<StartLookup?[]> ReadAsync(List<Question> questions)
    {
        var answers = new StartLookup?[questions.Count];
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Versions)
        {
            Parameters =
            {
                new() { Value = Column(questions, q => q.Request.WorkflowId) },
                new() { Value = Column(questions, q => q.UserId) },
                new() { Value = Column(questions, q => q.Request.Version), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer },
            },
        });
        AddEarlier(batch, questions);

        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        while (await reader.ReadAsync(CancellationToken.None))
        {
            answers[reader.GetInt64(0) - 1] = new StartLookup(reader.GetInt32(1), null, IsSameRequest: false);
        }

        await reader.NextResultAsync(CancellationToken.None);
        while (await reader.ReadAsync(CancellationToken.None))
        {
            var at = reader.GetInt64(0);
            answers[at] = answers[at] is { } found ? found with { EarlierExecutionId = reader.GetString(1), IsSameRequest = reader.GetBoolean(2) } : null;
        }

        return answers;
    }

    private static void AddEarlier(NpgsqlBatch batch, List<Question> questions)
    {
        var keyed = Enumerable.Range(0, questions.Count).Where(at => questions[at].Request.IdempotencyKey is not null).ToList();
        if (keyed.Count == 0)
        {
            return;
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand(Earlier)
        {
            Parameters =
            {
                new() { Value = Column(keyed, at => (long)at) },
                new() { Value = Column(keyed, at => questions[at].Request.WorkflowId) },
                new() { Value = Column(keyed, at => questions[at].UserId) },
                new() { Value = Column(keyed, at => questions[at].Request.IdempotencyKey) },
                new() { Value = Column(keyed, at => questions[at].Request.DataText), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb },
                new() { Value = Column(keyed, at => questions[at].Request.TriggerNodeId), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = Column(keyed, at => questions[at].Request.Metadata), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb },
                new() { Value = Column(keyed, at => questions[at].Request.IsDelivery) },
            },
        });
    }

    private static TColumn[] Column<TRow, TColumn>(List<TRow> rows, Converter<TRow, TColumn> column) => [.. rows.ConvertAll(column)];

    private sealed record Question(Guid UserId, StartRequest Request)
    {
        public TaskCompletionSource<StartLookup?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
