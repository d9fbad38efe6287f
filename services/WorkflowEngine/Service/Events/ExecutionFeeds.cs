using System.Collections.Concurrent;
using AiTeams.ServiceDefaults.Identity;

namespace AiTeams.WorkflowEngine.Events;

/// <summary>The executions somebody watches in this process, each read once for all its watchers.</summary>
internal sealed class ExecutionFeeds(EventReader reader, ExecutionSignals signals, TimeProvider clock, ILogger<ExecutionFeeds> logger)
{
    // By user as well: what a feed has read as one user is never handed to another.
    private readonly ConcurrentDictionary<(Guid UserId, string ExecutionId), ExecutionFeed> _feeds = new();

    /// <param name="position">Where a new feed begins; a sequence the caller has seen exist, or 0. Leave it when done.</param>
    public ExecutionFeed Join(Caller caller, string executionId, long position)
    {
        while (true)
        {
            ExecutionFeed? made = null;
            var feed = _feeds.GetOrAdd(
                (caller.UserId, executionId),
                key => made = new(this, reader, signals, Caller.For(key.UserId), key.ExecutionId, position, clock, logger));
            if (feed.TryJoin())
            {
                if (ReferenceEquals(feed, made))
                {
                    _ = feed.RunAsync();
                }

                return feed;
            }
        }
    }

    public void Remove(ExecutionFeed feed) => _feeds.TryRemove(KeyValuePair.Create((feed.Owner.UserId, feed.ExecutionId), feed));
}
