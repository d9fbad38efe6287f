namespace AiTeams.Gateway.Routing;

/// <summary>Answers from the table what routing answers for requests: who serves this path, if anybody.</summary>
internal static class RouteLookup
{
    /// <param name="path">As an API document writes it, with parameters in braces.</param>
    public static ServiceRoute? Find(string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return RouteTable.Routes
            .Where(route => Covers(route, segments))
            .OrderByDescending(route => Segments(route).Length)
            .FirstOrDefault();
    }

    private static bool Covers(ServiceRoute route, string[] path)
    {
        var prefix = Segments(route);
        return prefix.Length <= path.Length
            && prefix.Zip(path).All(pair => IsParameter(pair.First) || string.Equals(pair.First, pair.Second, StringComparison.OrdinalIgnoreCase));
    }

    private static string[] Segments(ServiceRoute route) => route.Prefix.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsParameter(string segment) => segment is ['{', .., '}'];
}
