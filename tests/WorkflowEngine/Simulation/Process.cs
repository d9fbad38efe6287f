namespace AiTeams.WorkflowEngine.Simulation.Tests;

/// <summary>
/// Where the code of one engine runs. Every continuation of an await is posted here and goes on when the world lets it; killing the process
/// drops them all, freezing it leaves them for later. Its clock may be wrong by a little.
/// </summary>
internal sealed class Process(World world, TimeSpan clockError) : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];
    private bool _isFrozen;
    private bool _isListed;

    public bool IsAlive { get; private set; } = true;

    public TimeProvider Clock => field ??= new ProcessClock(world, this, clockError);

    public void Kill()
    {
        IsAlive = false;
        _ready.Clear();
    }

    public void Freeze(TimeSpan time)
    {
        _isFrozen = true;
        world.After(time, () =>
        {
            _isFrozen = false;
            List();
        });
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsAlive)
        {
            _ready.Add((d, state));
            List();
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Begins something here; what goes wrong in it goes wrong in the world.</summary>
    public void Spawn(Func<Task> work, string what) => Post(_ => Observe(work, what), null);

    /// <summary>Runs one continuation. False: there is nothing to run now.</summary>
    public bool Step()
    {
        if (_isFrozen || _ready.Count == 0)
        {
            _isListed = false;
            return false;
        }

        var at = world.Dice.Next(_ready.Count);
        var (callback, state) = _ready[at];
        _ready.RemoveAt(at);
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            SetSynchronizationContext(outer);
        }

        return true;
    }

    private async void Observe(Func<Task> work, string what)
    {
        try
        {
            await work();
        }
        catch (Exception ex)
        {
            world.Violate($"{what}: {ex}");
        }
    }

    private void List()
    {
        if (!_isListed && !_isFrozen && _ready.Count > 0)
        {
            _isListed = true;
            world.IsBusy(this);
        }
    }

    private sealed class ProcessClock(World world, Process process, TimeSpan error) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => world.Now + error;

        public override long GetTimestamp() => world.Now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Alarm(world, process, callback, state);
            timer.Change(dueTime, period);
            return timer;
        }
    }

    private sealed class Alarm(World world, Process process, TimerCallback callback, object? state) : ITimer
    {
        private int _set;

        // The product sets one-shot timers only (Task.Delay, WaitAsync, CancellationTokenSource).
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var mine = ++_set;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                world.After(dueTime, () => process.Post(_ =>
                {
                    if (mine == _set)
                    {
                        callback(state);
                    }
                }, null));
            }

            return true;
        }

        public void Dispose() => _set++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
