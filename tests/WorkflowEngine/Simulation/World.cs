using AiTeams.WorkflowEngine.Core.Tests;

namespace AiTeams.WorkflowEngine.Simulation.Tests;

/// <summary>
/// One thread, one clock, one source of chance. Whatever is ready to go on goes on in an order that is thrown; when nothing is, time moves
/// to the next thing that happens. So a seed is a whole history, and gives the same one every time.
/// </summary>
internal sealed class World(int seed)
{
    public static readonly DateTimeOffset Beginning = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (DateTimeOffset At, int Order, long Sequence)> _future = new();
    private readonly List<Process> _busy = [];
    private long _sequence;

    public Dice Dice { get; } = new(seed);

    public DateTimeOffset Now { get; private set; } = Beginning;

    public TimeSpan Elapsed => Now - Beginning;

    /// <summary>What must not happen and did; the first one ends the history.</summary>
    public string? Violation { get; private set; }

    /// <summary>What happened, in the order in which it did: equal for equal seeds.</summary>
    public List<string> History { get; } = [];

    public void Violate(string what)
    {
        Violation ??= $"{Elapsed.TotalSeconds:0.000} s: {what}";
        Note(what);
    }

    public void Note(string what) => History.Add($"{Elapsed.TotalSeconds:0.000} {what}");

    public void After(TimeSpan delay, Action action) =>
        _future.Enqueue(action, (Now + (delay < TimeSpan.Zero ? TimeSpan.Zero : delay), Dice.Next(1 << 20), _sequence++));

    public TimeSpan Between(double fromSeconds, double toSeconds) =>
        TimeSpan.FromMilliseconds((fromSeconds * 1000) + Dice.Next(Math.Max(1, (int)((toSeconds - fromSeconds) * 1000))));

    public void IsBusy(Process process) => _busy.Add(process);

    /// <summary>Lets things happen until nothing is wanted any more, something forbidden has happened, or the time is up.</summary>
    public void Run(Func<bool> isOver, TimeSpan until)
    {
        while (Violation is null && Elapsed < until && !isOver())
        {
            if (_busy.Count > 0)
            {
                var at = Dice.Next(_busy.Count);
                if (!_busy[at].Step())
                {
                    _busy.RemoveAt(at);
                }
            }
            else if (_future.TryDequeue(out var action, out var due))
            {
                Now = due.At > Now ? due.At : Now;
                action();
            }
            else
            {
                return;
            }
        }
    }
}
