using System.Diagnostics.CodeAnalysis;
using AiTeams.ServiceDefaults.Identity;

namespace AiTeams.WorkflowEngine.Events;

/// <summary>What a feed has for a watcher.</summary>
/// <param name="IsBehind">The watcher is older than what the feed still holds: it has to read the log itself.</param>
/// <param name="Oldest">The feed holds everything after this sequence.</param>
/// <param name="Next">Completes with the next change.</param>
internal readonly record struct FeedNews(List<ExecutionEvent> Events, bool IsBehind, long Oldest, bool HasEnded, Task Next);

/// <summary>
/// The newest events of one execution, read once for everyone who watches it in this process. It holds a bounded number of them:
/// a watcher that does not take them in time finds itself behind, and costs nothing until it reads again.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source is cancelled when the last watcher leaves; it has no timer and no handle to release.")]
internal sealed partial class ExecutionFeed(
    ExecutionFeeds feeds, EventReader reader, ExecutionSignals signals, Caller owner, string executionId, long position, TimeProvider clock, ILogger logger)
{
    private const int MostEvents = 512;
    private const int DroppedAtOnce = 256;
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    // What a signal did not tell (an execution that was deleted, or whose end was not logged) is noticed after this long.
    private static readonly TimeSpan LookForTheEnd = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ExecutionEvent> _newest = [];
    private TaskCompletionSource _next = NewSignal();
    private long _oldest = position;
    private bool _hasEnded;
    private int _watchers;

    public Caller Owner => owner;

    public string ExecutionId => executionId;

    /// <summary>False when the last watcher has left in the meantime.</summary>
    public bool TryJoin()
    {
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
            {
                return false;
            }

            _watchers++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (--_watchers > 0)
            {
                return;
            }

            _stop.Cancel();
        }

        feeds.Remove(this);
    }

    public FeedNews After(long sequence)
    {
        lock (_gate)
        {
            if (sequence < _oldest)
            {
                return new([], IsBehind: true, _oldest, _hasEnded, _next.Task);
            }

            var first = _newest.Count;
            while (first > 0 && _newest[first - 1].Sequence > sequence)
            {
                first--;
            }

            return new(first == _newest.Count ? [] : _newest[first..], IsBehind: false, _oldest, _hasEnded, _next.Task);
        }
    }

    /// <summary>Reads what comes after its position, until the execution ends or nobody watches.</summary>
    public async Task RunAsync()
    {
        using var watch = signals.Subscribe(executionId);
        var (after, quietSince) = (_oldest, clock.GetTimestamp());
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var page = await reader.ReadAsync(owner, executionId, after, _stop.Token);
                if (page.Count > 0)
                {
                    (after, quietSince) = (page[^1].Sequence, clock.GetTimestamp());
                    if (Publish(page))
                    {
                        return;
                    }
                }

                if (page.Count < EventReader.Page && !await watch.WaitAsync(signals.Patience, _stop.Token)
                    && clock.GetElapsedTime(quietSince) > LookForTheEnd)
                {
                    quietSince = clock.GetTimestamp();
                    if (await reader.HasEndedAsync(owner, executionId, _stop.Token))
                    {
                        Publish(await reader.ReadAsync(owner, executionId, after, _stop.Token), hasEnded: true);
                        return;
                    }
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception ex) when (ex is not OutOfMemoryException)
            {
                // Most likely the database is away: whoever watches goes on waiting, and misses nothing.
                LogLate(executionId, ex.Message);
                await Task.WhenAny(Task.Delay(AfterFailure, clock, _stop.Token));
            }
        }
    }

    /// <summary>True when nothing comes after these.</summary>
    private bool Publish(List<ExecutionEvent> page, bool hasEnded = false)
    {
        lock (_gate)
        {
            _newest.AddRange(page);
            if (_newest.Count > MostEvents)
            {
                _oldest = _newest[DroppedAtOnce - 1].Sequence;
                _newest.RemoveRange(0, DroppedAtOnce);
            }

            _hasEnded = hasEnded || (page.Count > 0 && page[^1].IsLast);
            var reached = _next;
            _next = NewSignal();
            reached.SetResult();
            return _hasEnded;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Events of execution {ExecutionId} are late: {Reason}")]
    private partial void LogLate(string executionId, string reason);
}
