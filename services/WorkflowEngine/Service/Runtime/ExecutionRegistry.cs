using System.Collections.Concurrent;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Writing;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>The executions that are in this process's memory: those with something to do now. One that only waits is a row elsewhere.</summary>
internal sealed partial class ExecutionRegistry(RunServices services, ILoadExecutions loader, ILogger<ExecutionRegistry> logger)
{
    private readonly ConcurrentDictionary<string, ExecutionRun> _runs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(Guid UserId, string Key), Task<bool>> _starting = new();
    private readonly ConcurrentQueue<string> _stranded = new();
    private readonly ConcurrentDictionary<string, bool> _arriving = new(StringComparer.Ordinal);

    /// <summary>True when new work is better refused.</summary>
    public bool IsCongested => services.Writer.IsCongested || services.Queues?.AreFull == true;

    /// <summary>
    /// Starts an execution and returns its run when the start is on disk. Null: the idempotency key belongs to another execution.
    /// Nodes without outside effects have then already run: their results rode in the same flush.
    /// </summary>
    /// <param name="row">The new execution.</param>
    /// <param name="workflow">The version it runs.</param>
    /// <param name="data">What its trigger gets.</param>
    /// <param name="kept">For a retry, the results it takes over: the rows of <see cref="ExecutionRow.KeptNodeIds"/>.</param>
    public async Task<ExecutionRun?> StartAsync(ExecutionRow row, CompiledWorkflow workflow, JsonData data, IReadOnlyList<NodeRecord>? kept = null)
    {
        var run = ExecutionRun.New(services, this, row, workflow, data, kept);
        if (row.IdempotencyKey is null)
        {
            return await BeginAsync(run, row) ? run : null;
        }

        // One at a time for a key: a flush in which two had the same one would have to be written twice.
        var start = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        while (_starting.GetOrAdd((row.UserId, row.IdempotencyKey), start.Task) is var earlier && earlier != start.Task)
        {
            if (await earlier)
            {
                return null;
            }
        }

        var isTaken = false;
        try
        {
            var isOurs = await BeginAsync(run, row);
            isTaken = true;
            return isOurs ? run : null;
        }
        finally
        {
            _starting.TryRemove((row.UserId, row.IdempotencyKey), out _);
            start.SetResult(isTaken);
        }
    }

    /// <summary>
    /// Loads executions this engine owns by now and goes on with them where their rows say they are. What cannot be loaded now is kept
    /// in mind for <see cref="ContinueStrandedAsync"/>: it is ours, so nobody else will look after it.
    /// </summary>
    public async Task ContinueAsync(IReadOnlyList<string> executionIds, CancellationToken cancellationToken)
    {
        var left = new HashSet<string>(executionIds, StringComparer.Ordinal);
        foreach (var executionId in executionIds)
        {
            _arriving[executionId] = true;
            _missed.TryRemove(executionId, out _);
        }

        try
        {
            await foreach (var loaded in loader.LoadAsync(executionIds, cancellationToken))
            {
                var run = ExecutionRun.Restored(services, this, loaded);
                _runs[loaded.Row.ExecutionId] = run;
                left.Remove(loaded.Row.ExecutionId);
                _arriving.TryRemove(loaded.Row.ExecutionId, out _);
                Observe(run.BeginAsync(start: null), loaded.Row.ExecutionId);
            }

            foreach (var gone in left)
            {
                _arriving.TryRemove(gone, out _);         // deleted in the meantime
            }
        }
        catch
        {
            foreach (var executionId in left)
            {
                _stranded.Enqueue(executionId);
            }

            throw;
        }
    }

    /// <summary>Tries again what could not be loaded before. Returns how many there were.</summary>
    public async Task<int> ContinueStrandedAsync(CancellationToken cancellationToken)
    {
        var again = new List<string>();
        while (_stranded.TryDequeue(out var executionId))
        {
            again.Add(executionId);
        }

        if (again.Count > 0)
        {
            await ContinueAsync(again, cancellationToken);
        }

        return again.Count;
    }

    /// <summary>What the last nodes of an execution gave that has ended SUCCESS; Missing otherwise.</summary>
    public async Task<JsonData> ResultOfAsync(string executionId, CancellationToken cancellationToken)
    {
        await foreach (var loaded in loader.LoadAsync([executionId], cancellationToken))
        {
            return ExecutionRun.Restored(services, this, loaded).Result;
        }

        return default;
    }

    /// <summary>See <see cref="ExecutionRun.Left"/>; null when it is not in this process's memory.</summary>
    public Task<bool>? FindLeft(string executionId) => _runs.TryGetValue(executionId, out var run) ? run.Left : null;

    /// <summary>Null when it is not in this process's memory.</summary>
    public ExecutionRun? Find(string executionId) => _runs.GetValueOrDefault(executionId);

    /// <summary>Forgets this run; a newer run of the same execution stays.</summary>
    public void Remove(ExecutionRun run) => _runs.TryRemove(KeyValuePair.Create(run.ExecutionId, run));

    // Known here before it is on disk, so that nobody takes it for lost.
    private async Task<bool> BeginAsync(ExecutionRun run, ExecutionRow row)
    {
        _runs[row.ExecutionId] = run;
        if (!await run.BeginAsync(row))
        {
            return false;
        }

        services.Metrics.Started();
        return true;
    }

    private void Observe(Task step, string executionId) =>
        step.ContinueWith(
            failed => LogLost(failed.Exception!.GetBaseException(), executionId),
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    [LoggerMessage(Level = LogLevel.Error, Message = "Execution {ExecutionId} could not be continued in this process")]
    private partial void LogLost(Exception exception, string executionId);
}
