using System.Collections.Concurrent;
using Npgsql;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>
/// Claiming is a statement that commits by itself. When its answer is lost there may be executions that are ours without our knowing, and so
/// nobody else's: they would stand still for as long as this engine lives.
/// </summary>
internal sealed partial class ExecutionRegistry
{
    private readonly ConcurrentDictionary<string, bool> _missed = new(StringComparer.Ordinal);
    private int _claiming;
    private int _claims;
    private volatile bool _doubtsClaims;

    /// <summary>Makes a claim and goes on with what it gave. Returns how many.</summary>
    public async Task<int> ContinueClaimedAsync(Func<Task<List<string>>> claim, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _claiming);
        Interlocked.Increment(ref _claims);
        try
        {
            var claimed = await AskAsync(claim);
            if (claimed.Count > 0)
            {
                await ContinueAsync(claimed, cancellationToken);
            }

            return claimed.Count;
        }
        finally
        {
            Interlocked.Decrement(ref _claiming);
        }
    }

    /// <summary>
    /// After a claim without an answer: compares what is ours in the database with what is here. Missing at one look is not enough, for what
    /// has just ended here was still running when the database was asked; missing at two, and not claimed in between, it is lost, and is
    /// continued. Returns how many.
    /// </summary>
    public async Task<int> ContinueLostAsync(Func<Task<List<string>>> owned, CancellationToken cancellationToken)
    {
        var claims = Volatile.Read(ref _claims);
        if (!_doubtsClaims || Volatile.Read(ref _claiming) > 0)
        {
            return 0;                                     // what is being claimed now is not here yet, and not lost either
        }

        _doubtsClaims = false;
        var missing = (await AskAsync(owned)).Where(id => !_runs.ContainsKey(id) && !_arriving.ContainsKey(id)).ToHashSet(StringComparer.Ordinal);
        if (Volatile.Read(ref _claims) != claims)
        {
            _doubtsClaims = true;                         // a claim began meanwhile, and what it took was already counted as ours
            return 0;
        }

        var lost = missing.Where(_missed.ContainsKey).ToList();
        missing.ExceptWith(lost);
        _missed.Clear();
        foreach (var executionId in missing)
        {
            _missed[executionId] = true;
        }

        _doubtsClaims |= missing.Count > 0;
        if (lost.Count > 0)
        {
            LogFound(lost.Count);
            await ContinueAsync(lost, cancellationToken);
        }

        return lost.Count;
    }

    private async Task<List<string>> AskAsync(Func<Task<List<string>>> question)
    {
        try
        {
            return await question();
        }
        catch (NpgsqlException)
        {
            _doubtsClaims = true;
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Found {Count} executions of this engine that it did not know of: the answer to its claim was lost")]
    private partial void LogFound(int count);
}
