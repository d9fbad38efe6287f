using System.Collections.Concurrent;

namespace AiTeams.WorkflowEngine.Events;

/// <summary>
/// Tells watchers that an execution has written something: those in this process at once, those of other engines through
/// <see cref="PeerSignals"/>. Only a hint: what happened is read from the log, so a watcher that misses a signal is late and never wrong.
/// </summary>
internal sealed class ExecutionSignals(PeerInterest peers)
{
    // With other engines heard, only a lost signal has to be made good for; without them, this is how fast their executions are seen.
    private static readonly TimeSpan WhileHearing = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WhileDeaf = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, Watchers> _watched = new(StringComparer.Ordinal);

    /// <summary>How long to wait for a signal before looking without one.</summary>
    public TimeSpan Patience => peers.AreHeard ? WhileHearing : WhileDeaf;

    /// <summary>The executions somebody watches in this process.</summary>
    public ICollection<string> Watched => _watched.Keys;

    /// <summary>Starts watching; dispose the watch to stop.</summary>
    public Watch Subscribe(string executionId)
    {
        while (true)
        {
            var watchers = _watched.GetOrAdd(executionId, static _ => new Watchers());
            lock (watchers)
            {
                if (watchers.Gone)
                {
                    continue;
                }

                var watch = new Watch(this, executionId);
                watchers.List.Add(watch);
                if (watchers.List.Count == 1)
                {
                    peers.Watch(executionId);
                }

                return watch;
            }
        }
    }

    /// <summary>Wakes everyone who watches this execution, here and elsewhere. Costs two look-ups when nobody does.</summary>
    public void Raise(string executionId)
    {
        RaiseHere(executionId);
        peers.Changed(executionId);
    }

    /// <summary>Wakes those in this process.</summary>
    public void RaiseHere(string executionId)
    {
        if (_watched.TryGetValue(executionId, out var watchers))
        {
            lock (watchers)
            {
                watchers.List.ForEach(static watch => watch.Wake());
            }
        }
    }

    private void Remove(string executionId, Watch watch)
    {
        if (_watched.TryGetValue(executionId, out var watchers))
        {
            lock (watchers)
            {
                watchers.List.Remove(watch);
                if (watchers.List.Count == 0)
                {
                    watchers.Gone = true;
                    _watched.TryRemove(executionId, out _);
                }
            }
        }
    }

    internal sealed class Watch(ExecutionSignals signals, string executionId) : IDisposable
    {
        private readonly SemaphoreSlim _signal = new(0, 1);

        /// <summary>True when signalled, false when <paramref name="patience"/> ran out.</summary>
        public Task<bool> WaitAsync(TimeSpan patience, CancellationToken cancellationToken) => _signal.WaitAsync(patience, cancellationToken);

        public void Wake()
        {
            if (_signal.CurrentCount == 0)
            {
                _signal.Release();                        // under the watchers' lock: never above one
            }
        }

        public void Dispose() => signals.Remove(executionId, this);
    }

    private sealed class Watchers
    {
        public List<Watch> List { get; } = [];

        public bool Gone { get; set; }
    }
}
