using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.ServiceDefaults.Database;
using Google.Protobuf;
using Grpc.Core;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngineClient = AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine.WorkflowEngineClient;

namespace AiTeams.HumanInTheLoop.Resuming;

/// <summary>
/// Tells the engine what became of its questions, oldest first, any number of services at once. A row goes when the engine has taken it or never will: it
/// may be told twice, and knows it by its key, the interaction's id.
/// </summary>
internal sealed partial class ResumeExecutions(
    NpgsqlDataSource database, WorkflowEngineClient engine, HilAlarm alarm, TimeProvider clock, ILogger<ResumeExecutions> logger) : BackgroundService
{
    private const int Batch = 200;
    private const int AtOnce = 32;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // A claim moves the next attempt ahead for longer than the engine is waited for: who dies with it leaves it to the others.
    private const string Claim = """
        WITH due AS MATERIALIZED (
            SELECT interaction_id FROM hil_resumptions WHERE next_attempt_at <= clock_timestamp() ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED)
        UPDATE hil_resumptions r SET attempts = r.attempts + 1, next_attempt_at = clock_timestamp() + interval '20 seconds'
        FROM due JOIN human_interactions h ON h.id = due.interaction_id WHERE r.interaction_id = due.interaction_id
        RETURNING r.interaction_id, h.user_id, h.request_data ->> 'execution_id', h.node_id, h.iteration, r.payload::text,
            coalesce(h.answered_by ->> 'user_id', h.answered_by ->> 'email', h.answered_by ->> 'platform_user_id', ''), r.attempts
        """;

    private const string Done = "DELETE FROM hil_resumptions WHERE interaction_id = ANY ($1)";

    private const string Again = """
        UPDATE hil_resumptions r SET next_attempt_at = clock_timestamp() + u.pause, error_message = u.error
        FROM unnest($1::uuid[], $2::interval[], $3::text[]) AS u (id, pause, error) WHERE r.interaction_id = u.id
        """;

    private sealed record Resumption(
        Guid Id, Guid UserId, string ExecutionId, string NodeId, long Iteration, string Payload, string AnsweredBy, int Attempts);

    /// <summary>Hands one batch over and returns how many rows it had; 0 also when the engine is away.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var claimed = await ClaimAsync(cancellationToken);
        if (claimed.Count == 0)
        {
            return 0;
        }

        var failures = new string?[claimed.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, claimed.Count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (at, token) => failures[at] = await TellAsync(claimed[at], token));

        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Done, new NpgsqlParameter { Value = claimed.Where((_, at) => failures[at] is null).Select(one => one.Id).ToArray() }));
        var again = claimed.Select((one, at) => (One: one, Failure: failures[at])).Where(told => told.Failure is not null).ToArray();
        batch.BatchCommands.Add(Statement.Of(
            Again, new NpgsqlParameter { Value = Array.ConvertAll(again, told => told.One.Id) },
            new NpgsqlParameter { Value = Array.ConvertAll(again, told => Pause(told.One.Attempts)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Interval },
            Statement.Texts(Array.ConvertAll(again, told => told.Failure!))));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return again.Length > 0 ? 0 : claimed.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) == 0)
                {
                    await alarm.ForResumptionsAsync(LongestSleep, stoppingToken);
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);                            // a failed round must not end the duty
                await Task.Delay(LongestSleep, clock, stoppingToken);
            }
        }
    }

    private static TimeSpan Pause(int attempts) =>
        TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, Math.Min(attempts, 10)) / 4));

    /// <summary>Null: it is told, or there is nobody left to tell. Otherwise why it has to be tried again.</summary>
    private async Task<string?> TellAsync(Resumption resumption, CancellationToken cancellationToken)
    {
        try
        {
            await engine.ResumeExecutionAsync(
                new ResumeExecutionRequest
                {
                    UserId = resumption.UserId.ToString("D"),
                    ExecutionId = resumption.ExecutionId,
                    NodeId = resumption.NodeId,
                    Iteration = resumption.Iteration,
                    DataJson = ByteString.CopyFromUtf8(resumption.Payload),
                    IdempotencyKey = resumption.Id.ToString("D"),
                    AnsweredBy = resumption.AnsweredBy.Length > 100 ? resumption.AnsweredBy[..100] : resumption.AnsweredBy,
                },
                deadline: clock.GetUtcNow().UtcDateTime + Patience, cancellationToken: cancellationToken);
            return null;
        }
        catch (RpcException failure) when (failure.StatusCode is StatusCode.FailedPrecondition or StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            // The run has ended, or is gone: the interaction keeps its answer, and nothing goes on.
            LogRefused(resumption.Id, failure.Status.Detail);
            return null;
        }
        catch (RpcException failure) when (!cancellationToken.IsCancellationRequested)
        {
            return failure.Status.Detail;
        }
    }

    private async Task<List<Resumption>> ClaimAsync(CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Claim, Statement.Integer(Batch)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var claimed = new List<Resumption>();
        while (await reader.ReadAsync(cancellationToken))
        {
            claimed.Add(new Resumption(
                reader.GetGuid(0), reader.GetGuid(1), reader.Text(2) ?? "", reader.GetString(3), reader.GetInt64(4), reader.GetString(5), reader.GetString(6),
                reader.GetInt32(7)));
        }

        return claimed;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The engine has no use for the answer to {InteractionId} any more: {Reason}")]
    private partial void LogRefused(Guid interactionId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The engine could not be told of answers; the next round tries again")]
    private partial void LogFailed(Exception exception);
}
