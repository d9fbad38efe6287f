using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace AiTeams.LocalHosting;

/// <summary>Holds a resource back until what it waits for is there, and says what that is.</summary>
internal static class Dependencies
{
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(15);

    /// <exception cref="DistributedApplicationException">One of them cannot get there any more.</exception>
    public static async Task WaitAsync(IResource resource, EngineContext engine, CancellationToken cancellationToken)
    {
        var waits = resource.Annotations.OfType<WaitAnnotation>().Select(wait => (Wait: wait, Met: MeetAsync(wait, engine.Board, cancellationToken))).ToList();
        if (waits.All(wait => wait.Met.IsCompletedSuccessfully))
        {
            return;
        }

        engine.Board.Set(resource, new ResourceStatus(KnownResourceStates.Waiting));
        Say();
        while (waits.Count > 0)
        {
            var reminder = Task.Delay(Reminder, cancellationToken);
            var first = await Task.WhenAny([.. waits.Select(wait => wait.Met), reminder]);
            await first; // a failure of any of them ends the wait for all
            waits.RemoveAll(wait => wait.Met.IsCompletedSuccessfully);
            if (first == reminder)
            {
                Say();
            }
        }

        void Say() => engine.Log.Say($"{resource.Name}: waiting for {Name(waits.Where(wait => !wait.Met.IsCompleted).Select(wait => wait.Wait))}");
    }

    /// <summary>"migrator to complete, postgres".</summary>
    public static string Name(IEnumerable<WaitAnnotation> waits) => string.Join(", ", waits.Select(wait => wait.WaitType switch
    {
        WaitType.WaitForCompletion => $"{wait.Resource.Name} to complete",
        WaitType.WaitUntilStarted => $"{wait.Resource.Name} to start",
        WaitType.WaitUntilHealthy => wait.Resource.Name,
    }));

    private static async Task MeetAsync(WaitAnnotation wait, StatusBoard board, CancellationToken cancellationToken)
    {
        Func<ResourceStatus, bool> met = wait.WaitType switch
        {
            WaitType.WaitForCompletion => status => status.State == KnownResourceStates.Finished && status.ExitCode == wait.ExitCode,
            WaitType.WaitUntilStarted => status => status.HasStarted,
            WaitType.WaitUntilHealthy => status => status.IsReady,
        };
        var name = wait.Resource.Name;
        var reached = await board.WaitAsync(name, status => met(status) || status.IsTerminal, cancellationToken);
        if (!met(reached))
        {
            throw new DistributedApplicationException($"{name} {(reached.ExitCode is null ? "did not start: " : "")}{reached.Describe()}");
        }
    }
}
