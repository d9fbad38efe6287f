using System.Threading.Channels;
using Npgsql;

namespace AiTeams.Integrations.CallLog;

/// <summary>
/// Writes the call log behind the calls: a call never waits for its row. Rows go in batches; when the database is away longer than
/// the queue lasts, the oldest calls' rows are kept and the newest are counted as lost.
/// </summary>
internal sealed partial class ApiCallLog(NpgsqlDataSource database, TimeProvider clock, ILogger<ApiCallLog> logger) : BackgroundService
{
    internal const int Queue = 10_000;
    internal const int Batch = 500;

    // Long enough for a batch to fill under load, short enough to be there when somebody looks.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);

    private readonly Channel<CallRecord> _queue = Channel.CreateBounded<CallRecord>(
        new BoundedChannelOptions(Queue) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private List<CallRecord> _unwritten = [];
    private long _lost;

    public long Lost => Interlocked.Read(ref _lost);

    public void Add(CallRecord record)
    {
        if (!_queue.Writer.TryWrite(record))
        {
            Interlocked.Increment(ref _lost);
        }
    }

    /// <summary>Writes what has gathered, at most one batch, and returns how many calls that were.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        while (_unwritten.Count < Batch && _queue.Reader.TryRead(out var record))
        {
            _unwritten.Add(record);
        }

        if (_unwritten.Count > 0)
        {
            await WriteAsync(_unwritten, cancellationToken);
        }

        var written = _unwritten.Count;
        _unwritten = [];
        return written;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        while (await RunOnceAsync(cancellationToken) > 0)
        {
            // until the last call is written
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _queue.Reader.WaitToReadAsync(stoppingToken))
        {
            try
            {
                await Task.Delay(Gather, clock, stoppingToken);
                await RunOnceAsync(stoppingToken);
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex, Lost);                      // a failed round must not end the duty; its rows are tried again
                await Task.Delay(AfterFailure, clock, stoppingToken);
            }
        }
    }

    private async Task WriteAsync(List<CallRecord> records, CancellationToken cancellationToken)
    {
        try
        {
            await CallLogStatement.InsertAsync(database, records, cancellationToken);
        }
        catch (PostgresException ex) when (ex.SqlState is PostgresErrorCodes.ForeignKeyViolation || ex.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            await WriteOneByOneAsync(records, cancellationToken);
        }
    }

    // An execution or a user was deleted while its call was under way: the others' rows must not go with it.
    private async Task WriteOneByOneAsync(List<CallRecord> records, CancellationToken cancellationToken)
    {
        foreach (var record in records)
        {
            try
            {
                await CallLogStatement.InsertAsync(database, [record], cancellationToken);
            }
            catch (PostgresException) when (record.Owner.ExecutionId is not null)
            {
                await WriteLastAsync(record with { Owner = record.Owner with { ExecutionId = null } }, cancellationToken);
            }
            catch (PostgresException ex)
            {
                LogDropped(ex, record.Owner.UserId);
            }
        }
    }

    private async Task WriteLastAsync(CallRecord record, CancellationToken cancellationToken)
    {
        try
        {
            await CallLogStatement.InsertAsync(database, [record], cancellationToken);
        }
        catch (PostgresException ex)
        {
            LogDropped(ex, record.Owner.UserId);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "API calls could not be logged; the next round tries again ({Lost} lost so far)")]
    private partial void LogFailed(Exception exception, long lost);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An API call of user {UserId} cannot be logged")]
    private partial void LogDropped(Exception exception, Guid userId);
}
