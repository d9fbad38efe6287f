using System.Collections.Concurrent;

namespace AiTeams.WorkflowEngine.Events;

/// <summary>
/// Tells watchers in this process that an execution has written something. Only a hint: what happened is read from the log, so a
/// watcher that misses a signal, or watches an execution that runs in another engine, is late and never wrong.
/// </summary>
internal sealed class ExecutionSignals
{
    private readonly ConcurrentDictionary<string, Watchers> _watched = new(StringComparer.Ordinal);

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
                return watch;
            }
        }
    }

    /// <summary>Wakes everyone who watches this execution. Costs one look-up when nobody does.</summary>
    public void Raise(string executionId)
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
