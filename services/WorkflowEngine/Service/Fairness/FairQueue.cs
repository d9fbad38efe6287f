namespace AiTeams.WorkflowEngine.Fairness;

/// <summary>
/// Lets so many through at once and no more. Who has to wait stands in the line of their user, there in that of their workflow; a place
/// that becomes free goes to the user whose turn it is, and of theirs to the workflow whose turn it is. So a thousand that wait for one
/// user delay another's first by one place and not by a thousand.
/// </summary>
internal sealed class FairQueue(FairLimits limits)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, UserLine> _users = [];
    private readonly Queue<UserLine> _turns = new();      // users for whom somebody waits, the next one first
    private int _active;
    private int _waiting;

    /// <summary>How many wait at this moment.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Completes at once while there is room. The place is given back when it is disposed of.</summary>
    public ValueTask<FairPlace> EnterAsync(Guid userId, Guid workflowId, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_gate)
        {
            if (!_users.TryGetValue(userId, out var user))
            {
                _users[userId] = user = new UserLine(userId);
            }

            var workflow = user.Line(workflowId);
            if (HasRoom(user, workflow))
            {
                Take(user, workflow);
                return new(new FairPlace(this, user, workflow));
            }

            waiter = new Waiter(new FairPlace(this, user, workflow));
            _waiting++;
            if (workflow.Waiters.Count == 0)
            {
                user.Turns.Enqueue(workflow);
                if (user.Turns.Count == 1)
                {
                    _turns.Enqueue(user);
                }
            }

            workflow.Waiters.Enqueue(waiter);
        }

        return WaitAsync(waiter, cancellationToken);
    }

    internal void Leave(UserLine user, WorkflowLine workflow)
    {
        List<Waiter>? next = null;
        lock (_gate)
        {
            _active--;
            user.Active--;
            workflow.Active--;
            while (_active < limits.PerProcess && Next() is { } waiter)
            {
                (next ??= []).Add(waiter);
            }

            Tidy(user, workflow);
        }

        next?.ForEach(static waiter => waiter.Admitted.TrySetResult());
    }

    private static async ValueTask<FairPlace> WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        try
        {
            await waiter.Admitted.Task.WaitAsync(cancellationToken);
            return waiter.Place;
        }
        catch (OperationCanceledException)
        {
            // It stays in line and gives its place back as soon as it gets one: that costs a turn and no search.
            _ = waiter.Admitted.Task.ContinueWith(
                _ => waiter.Place.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    private bool HasRoom(UserLine user, WorkflowLine workflow) =>
        _active < limits.PerProcess && user.Active < limits.PerUser && workflow.Active < limits.PerWorkflow && workflow.Waiters.Count == 0;

    private void Take(UserLine user, WorkflowLine workflow)
    {
        _active++;
        user.Active++;
        workflow.Active++;
    }

    // Under the gate, with room in the process: the next who may pass, or null when all who wait are at a limit of their own.
    private Waiter? Next()
    {
        for (var left = _turns.Count; left > 0; left--)
        {
            var user = _turns.Dequeue();
            var waiter = user.Active < limits.PerUser ? NextOf(user) : null;
            if (user.Turns.Count > 0)
            {
                _turns.Enqueue(user);
            }

            if (waiter is not null)
            {
                return waiter;
            }
        }

        return null;
    }

    private Waiter? NextOf(UserLine user)
    {
        for (var left = user.Turns.Count; left > 0; left--)
        {
            var workflow = user.Turns.Dequeue();
            var waiter = workflow.Active < limits.PerWorkflow ? workflow.Waiters.Dequeue() : null;
            if (workflow.Waiters.Count > 0)
            {
                user.Turns.Enqueue(workflow);
            }

            if (waiter is not null)
            {
                _waiting--;
                Take(user, workflow);
                return waiter;
            }
        }

        return null;
    }

    // Nobody is remembered who has nothing under way and nothing to wait for.
    private void Tidy(UserLine user, WorkflowLine workflow)
    {
        if (workflow is { Active: 0, Waiters.Count: 0 })
        {
            user.Lines.Remove(workflow.Id);
        }

        if (user is { Active: 0, Lines.Count: 0 })
        {
            _users.Remove(user.Id);
        }
    }

    internal sealed class Waiter(FairPlace place)
    {
        public FairPlace Place { get; } = place;

        // Continues elsewhere: whoever leaves must not do the work of the one who comes.
        public TaskCompletionSource Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    internal sealed class UserLine(Guid id)
    {
        public Guid Id { get; } = id;

        public int Active { get; set; }

        public Dictionary<Guid, WorkflowLine> Lines { get; } = [];

        /// <summary>Workflows for which somebody waits, the next one first.</summary>
        public Queue<WorkflowLine> Turns { get; } = new();

        public WorkflowLine Line(Guid workflowId) =>
            Lines.TryGetValue(workflowId, out var line) ? line : Lines[workflowId] = new WorkflowLine(workflowId);
    }

    internal sealed class WorkflowLine(Guid id)
    {
        public Guid Id { get; } = id;

        public int Active { get; set; }

        public Queue<Waiter> Waiters { get; } = new();
    }
}

/// <summary>A place among those under way. Dispose of it once.</summary>
internal readonly struct FairPlace(FairQueue queue, FairQueue.UserLine user, FairQueue.WorkflowLine workflow) : IDisposable
{
    public void Dispose() => queue?.Leave(user, workflow);
}
