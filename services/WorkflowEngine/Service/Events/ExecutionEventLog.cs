using System.Runtime.CompilerServices;
using AiTeams.ServiceDefaults.Identity;

namespace AiTeams.WorkflowEngine.Events;

/// <summary>
/// An execution's events as its owner sees them: from any position, and live to the end. Who is behind reads the log in pages of its
/// own; who has caught up shares one reading with all others who watch the same execution here.
/// </summary>
internal sealed class ExecutionEventLog(EventReader reader, ExecutionFeeds feeds)
{
    /// <summary>See <see cref="EventReader.OpenAsync"/>.</summary>
    public Task<WatchedFrom> OpenAsync(Caller caller, string executionId, long after, CancellationToken cancellationToken) =>
        reader.OpenAsync(caller, executionId, after, cancellationToken);

    /// <summary>
    /// Yields null at once, as a sign that the execution is there, then every event after <paramref name="after"/>, in order and once each,
    /// and ends with the execution. Yields null again when there was nothing for <paramref name="keepAlive"/>. Throws the 404 problem when the execution is absent or another user's.
    /// </summary>
    public async IAsyncEnumerable<ExecutionEvent?> FollowAsync(
        Caller caller, string executionId, long after, TimeSpan keepAlive, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = await OpenAsync(caller, executionId, after, cancellationToken);
        yield return null;
        await foreach (var item in FollowAsync(caller, executionId, after, start, keepAlive, cancellationToken))
        {
            yield return item;
        }
    }

    /// <summary>The same from a start that was opened before.</summary>
    public async IAsyncEnumerable<ExecutionEvent?> FollowAsync(
        Caller caller, string executionId, long after, WatchedFrom start, TimeSpan keepAlive, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (events, isPageOfLog, seen) = (start.Events, true, start.Last);
        ExecutionFeed? feed = null;
        try
        {
            while (true)
            {
                foreach (var item in events)
                {
                    after = item.Sequence;
                    seen = Math.Max(seen, after);
                    yield return item;
                    if (item.IsLast)
                    {
                        yield break;
                    }
                }

                if (isPageOfLog && events.Count == EventReader.Page)
                {
                    events = await reader.ReadAsync(caller, executionId, after, cancellationToken);
                    continue;
                }

                // Ended before we looked, and its last event lies before `after` or was cleaned away with old logs.
                if (start.HasEnded)
                {
                    yield break;
                }

                // A client may name a position that does not exist yet: others must not be served from there.
                feed ??= feeds.Join(caller, executionId, Math.Min(after, seen));
                var news = feed.After(after);
                (events, isPageOfLog) = (news.Events, false);
                if (news.IsBehind)
                {
                    events = await reader.ReadAsync(caller, executionId, after, cancellationToken);
                    isPageOfLog = true;
                    after = events.Count == 0 ? news.Oldest : after;       // cleaned away with old logs
                }
                else if (events.Count == 0 && news.HasEnded)
                {
                    yield break;
                }
                else if (events.Count == 0 && !await ArrivedAsync(news.Next, keepAlive, cancellationToken))
                {
                    yield return null;
                }
            }
        }
        finally
        {
            feed?.Leave();
        }
    }

    private static async Task<bool> ArrivedAsync(Task next, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await next.WaitAsync(patience, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
