using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace AiTeams.WorkflowEngine.Events;

/// <summary>
/// Who watches what across engines: the executions other engines have watchers for, and what is still to be said to them. An interest
/// runs out unless it is repeated, so a dead engine costs nothing for long.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore lives as long as the process and has no handle to release.")]
internal sealed class PeerInterest(TimeProvider clock)
{
    /// <summary>How long an interest lasts; it is repeated three times as often.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(45);

    // What is above is not signalled: those watchers look for themselves, every few seconds.
    private const int MostInterests = 20_000;

    private readonly ConcurrentDictionary<string, long> _until = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _watch = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _something = new(0, 1);

    /// <summary>Signals of other engines get through; set by <see cref="PeerSignals"/>.</summary>
    public bool AreHeard { get; set; }

    /// <summary>Completes when there is something to say.</summary>
    public Task WaitAsync(TimeSpan patience, CancellationToken cancellationToken) => _something.WaitAsync(patience, cancellationToken);

    /// <summary>What has not been said yet, each execution once: changed here and watched elsewhere; watched here.</summary>
    public (string[] Changed, string[] Watch) Take()
    {
        lock (_gate)
        {
            var taken = (_changed.ToArray(), _watch.ToArray());
            _changed.Clear();
            _watch.Clear();
            return taken;
        }
    }

    /// <summary>An execution has written something. Costs one look-up when no other engine watches it.</summary>
    public void Changed(string executionId)
    {
        if (_until.ContainsKey(executionId))
        {
            Say(_changed, executionId);
        }
    }

    /// <summary>Somebody here watches an execution, which may run elsewhere.</summary>
    public void Watch(string executionId) => Say(_watch, executionId);

    /// <summary>Another engine watches these. What is new is answered once as changed: it may have changed before we knew.</summary>
    public void Heard(ReadOnlySpan<string> executionIds)
    {
        var until = (clock.GetUtcNow() + Lease).UtcTicks;
        foreach (var executionId in executionIds)
        {
            if (_until.TryGetValue(executionId, out _))
            {
                _until[executionId] = until;
            }
            else if (_until.Count < MostInterests && _until.TryAdd(executionId, until))
            {
                Say(_changed, executionId);
            }
        }
    }

    /// <summary>Drops interests nobody has repeated. Returns how many are left.</summary>
    public int Forget()
    {
        var now = clock.GetUtcNow().UtcTicks;
        foreach (var (executionId, until) in _until)
        {
            if (until < now)
            {
                _until.TryRemove(KeyValuePair.Create(executionId, until));
            }
        }

        return _until.Count;
    }

    private void Say(HashSet<string> what, string executionId)
    {
        lock (_gate)
        {
            what.Add(executionId);
            if (_something.CurrentCount == 0)
            {
                _something.Release();
            }
        }
    }
}
