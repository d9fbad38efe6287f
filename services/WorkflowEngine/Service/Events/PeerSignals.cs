using AiTeams.ServiceDefaults.Database;
using AiTeams.WorkflowEngine.Ownership;
using Npgsql;

namespace AiTeams.WorkflowEngine.Events;

/// <summary>
/// Lets engines tell one another which executions they watch and which of those have changed, through LISTEN and NOTIFY. Nothing is sent
/// about an execution nobody watches elsewhere. Signals are hints: when the line is cut, or a pooler stands in between that cannot
/// pass them on, watchers look at the log twice a second until they get through again.
/// </summary>
internal sealed partial class PeerSignals(
    NpgsqlDataSource database, EngineInstance engine, PeerInterest peers, ExecutionSignals signals, TimeProvider clock, ILogger<PeerSignals> logger)
    : BackgroundService
{
    private const string Channel = "aiteams_execution_signals";

    // A message: kind, sender, execution ids. NOTIFY takes less than 8,000 bytes; an id has at most 255.
    private const char Hello = 'h', Watches = 'w', Changed = 'c';
    private const int MostIdCharacters = 7_000;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(1);

    // One message may stand for many changes: a moment's wait makes it so under load.
    private static readonly TimeSpan BetweenMessages = TimeSpan.FromMilliseconds(10);

    // The listeners' commit record need not be on disk: nothing is lost with it that the log does not know.
    private const string Notify = "SELECT set_config('synchronous_commit', 'off', true), pg_notify('" + Channel + "', $1)";

    private readonly string _self = engine.Id.ToString("N");
    private long _heardSelf;
    private bool _isDeafKnown;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(ListenAsync(stoppingToken), SpeakAsync(stoppingToken));

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenOnceAsync(stoppingToken);
            }
            catch (Exception ex) when (!stoppingToken.IsCancellationRequested)
            {
                Deaf(ex.Message);
                await Task.WhenAny(Task.Delay(Reconnect, clock, stoppingToken));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ListenOnceAsync(CancellationToken stoppingToken)
    {
        await using var listener = await Listener.OpenAsync(database, Channel, Hear, stoppingToken);

        // Our own greeting coming back is the proof that signals get through; the others answer it with what they watch.
        _heardSelf = clock.GetTimestamp();
        await SendAsync([Message(Hello, [])], stoppingToken);
        while (clock.GetElapsedTime(_heardSelf) < 2 * Beat)
        {
            await listener.WaitAsync(Beat, stoppingToken);
        }

        throw new TimeoutException("What this engine says does not come back to it.");
    }

    /// <summary>Says what is to be said, repeats every <see cref="Beat"/> what is watched here, and drops what others no longer repeat.</summary>
    private async Task SpeakAsync(CancellationToken stoppingToken)
    {
        var lastBeat = clock.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await peers.WaitAsync(Beat, stoppingToken);
                var (changed, watch) = peers.Take();
                var messages = new List<string>(Messages(Changed, changed));
                if (clock.GetElapsedTime(lastBeat) >= Beat)
                {
                    (lastBeat, watch) = (clock.GetTimestamp(), [.. signals.Watched]);
                    peers.Forget();
                    messages.Add(Message(Watches, []));   // heard by ourselves: the line is alive
                }

                await SendAsync([.. messages, .. Messages(Watches, watch)], stoppingToken);
                await Task.Delay(BetweenMessages, clock, stoppingToken);
            }
            catch (Exception ex) when (ex is NpgsqlException or TimeoutException)
            {
                LogUnsaid(ex.Message);                    // a hint is lost; who watches looks for itself in a while
                await Task.WhenAny(Task.Delay(Reconnect, clock, stoppingToken));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Hear(string message)
    {
        if (message.Split(',') is not [{ Length: > 1 } head, .. var executionIds])
        {
            return;
        }

        var isOurs = head.AsSpan(1).SequenceEqual(_self);
        if (isOurs)
        {
            _heardSelf = clock.GetTimestamp();
            Hearing();
        }

        switch (head[0])
        {
            case Hello when !isOurs:
                foreach (var executionId in signals.Watched)
                {
                    peers.Watch(executionId);
                }

                break;
            case Watches when !isOurs:
                peers.Heard(executionIds);
                break;
            case Changed when !isOurs:
                Array.ForEach(executionIds, signals.RaiseHere);
                break;
            default:
                break;                                    // our own, or of a later version
        }
    }

    private void Hearing()
    {
        if (!peers.AreHeard)
        {
            peers.AreHeard = true;
            _isDeafKnown = false;
            LookAgain();
            LogHearing();
        }
    }

    private void Deaf(string reason)
    {
        if (peers.AreHeard)
        {
            peers.AreHeard = false;
            LookAgain();
        }

        if (!_isDeafKnown)
        {
            _isDeafKnown = true;
            LogDeaf(reason);
        }
    }

    // Something may have been missed, and how long to wait for a signal has changed.
    private void LookAgain()
    {
        foreach (var executionId in signals.Watched)
        {
            signals.RaiseHere(executionId);
        }
    }

    private async Task SendAsync(IReadOnlyList<string> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
        {
            return;
        }

        await using var batch = database.CreateBatch();
        foreach (var message in messages)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(Notify) { Parameters = { new() { Value = message } } });
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private IEnumerable<string> Messages(char kind, string[] executionIds)
    {
        var (first, characters) = (0, 0);
        for (var at = 0; at < executionIds.Length; at++)
        {
            characters += executionIds[at].Length + 1;
            if (characters > MostIdCharacters)
            {
                yield return Message(kind, executionIds[first..at]);
                (first, characters) = (at, executionIds[at].Length + 1);
            }
        }

        if (first < executionIds.Length)
        {
            yield return Message(kind, executionIds[first..]);
        }
    }

    private string Message(char kind, string[] executionIds) => string.Join(',', [$"{kind}{_self}", .. executionIds]);

    [LoggerMessage(Level = LogLevel.Information, Message = "Signals of other engines get through")]
    private partial void LogHearing();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Signals of other engines do not get through; those who watch an execution look twice a second: {Reason}")]
    private partial void LogDeaf(string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Other engines were not told what changed: {Reason}")]
    private partial void LogUnsaid(string reason);
}
