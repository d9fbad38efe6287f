using System.Diagnostics;
using Npgsql;

namespace AiTeams.Crash.Tests;

/// <summary>
/// Looks at what is under way, again and again: how long the longest one has not moved. An execution moves when a log line or a node's
/// status does; one that waits has to have a timer, and moves when that is not overdue. Time counts while somebody could have moved it: from
/// one look to the next, when both found the database and an engine that had been heard. Keeps fingerprints of what has ended, too.
/// </summary>
internal sealed class ProgressWatch(Cluster cluster)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    // What has ended keeps its fingerprint from the first time it is seen; xmin moves with every write, also with one that changes nothing.
    private const string Fingerprints = """
        INSERT INTO crash.terminal
        SELECT id, md5(n::text || n.xmin) FROM node_executions n WHERE status IN ('SUCCESS', 'ERROR', 'SKIPPED', 'CANCELED')
        UNION ALL
        SELECT id, md5(e::text || e.xmin) FROM workflow_executions e WHERE status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT')
        ON CONFLICT DO NOTHING
        """;

    private const string UnderWay = """
        SELECT e.execution_id,
            CASE WHEN e.status = 'PAUSED' AND (SELECT min(due_at) FROM execution_timers t WHERE t.execution_id = e.execution_id) > now()
                THEN NULL
                ELSE e.status || (SELECT coalesce(max(sequence), 0) FROM workflow_execution_logs l WHERE l.execution_id = e.execution_id)
                    || ' ' || coalesce((SELECT string_agg(node_id || ':' || iteration || ':' || status, ',' ORDER BY node_id, iteration)
                        FROM node_executions n WHERE n.execution_id = e.execution_id AND n.status NOT IN ('SUCCESS', 'ERROR', 'SKIPPED', 'CANCELED')), '')
                    || ' ' || (SELECT coalesce(sum(hashtext(node_id || iteration || status || retry_count)::bigint), 0)
                        FROM node_executions n WHERE n.execution_id = e.execution_id)
            END
        FROM workflow_executions e WHERE e.status NOT IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT')
        """;

    private const string Heard = "SELECT FROM engine_instances WHERE status = 'active' AND heartbeat_at > now() - interval '3 seconds'";

    private readonly Dictionary<string, (string State, TimeSpan Since)> _seen = [];
    private TimeSpan _clock;
    private long? _lastLook;

    /// <summary>The longest anything stood still, and what it was.</summary>
    public (TimeSpan For, string What) LongestStill { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var round = 0; !cancellationToken.IsCancellationRequested; round++)
        {
            try
            {
                await LookAsync();
                if (round % 4 == 0)
                {
                    await cluster.ReadOnceAsync(Fingerprints);
                }
            }
            catch (NpgsqlException)
            {
                _lastLook = null;                         // Postgres is away
            }

            await Task.WhenAny(Task.Delay(Interval, cancellationToken));
        }
    }

    private async Task LookAsync()
    {
        var rows = await cluster.ReadOnceAsync(UnderWay);
        var look = Stopwatch.GetTimestamp();
        _clock += _lastLook is { } last ? Stopwatch.GetElapsedTime(last, look) : TimeSpan.Zero;
        _lastLook = (await cluster.ReadOnceAsync(Heard)).Count > 0 ? look : null;
        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var (id, state) = (row[..row.IndexOf(' ')], row[(row.IndexOf(' ') + 1)..]);
            present.Add(id);
            if (state.Length == 0 || !_seen.TryGetValue(id, out var before) || before.State != state)
            {
                _seen[id] = (state, _clock);
            }
            else if (_clock - before.Since is var still && still > LongestStill.For)
            {
                LongestStill = (still, row);
            }
        }

        foreach (var gone in _seen.Keys.Where(id => !present.Contains(id)).ToArray())
        {
            _seen.Remove(gone);
        }
    }
}
