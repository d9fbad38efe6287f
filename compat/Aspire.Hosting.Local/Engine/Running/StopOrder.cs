using Aspire.Hosting.ApplicationModel;

namespace AiTeams.LocalHosting;

/// <summary>Who is stopped before whom: first those that nobody needs, last those that need nobody.</summary>
internal static class StopOrder
{
    /// <summary>Groups to be stopped one after the other; within a group all at once.</summary>
    public static IReadOnlyList<IReadOnlyList<IResource>> Of(IEnumerable<IResource> resources)
    {
        var levels = new Dictionary<IResource, int>();
        foreach (var resource in resources)
        {
            LevelOf(resource, levels, []);
        }

        return [.. levels.GroupBy(entry => entry.Value).OrderByDescending(group => group.Key)
            .Select(group => (IReadOnlyList<IResource>)[.. group.Select(entry => entry.Key)])];
    }

    // References, unlike waits, may be mutual: an edge back to what is being looked at counts for nothing.
    private static int LevelOf(IResource resource, Dictionary<IResource, int> levels, HashSet<IResource> open)
    {
        if (levels.TryGetValue(resource, out var known))
        {
            return known;
        }

        if (!open.Add(resource))
        {
            return -1;
        }

        var needs = ModelRules.WaitsOf(resource).Concat(resource.Annotations.OfType<DependsOn>().Select(reference => reference.Resource));
        var level = needs.Aggregate(0, (highest, needed) => Math.Max(highest, LevelOf(needed, levels, open) + 1));
        open.Remove(resource);
        return levels[resource] = level;
    }
}
