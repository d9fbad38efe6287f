using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace AiTeams.LocalHosting;

internal static partial class ResourceNames
{
    /// <summary>The rule of official Aspire, so that a model that runs here runs there.</summary>
    public static void Check(string name)
    {
        if (name.Length > 64 || !Shape().IsMatch(name))
        {
            throw new DistributedApplicationException(
                $"'{name}' is no name for a resource: 1 to 64 letters, digits and single hyphens, a letter first, no hyphen last.");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*\z")]
    private static partial Regex Shape();
}

/// <summary>What can be said to be wrong with a model before anything is started.</summary>
internal static class ModelRules
{
    public static void Check(IEnumerable<IResource> resources)
    {
        var all = resources.ToArray();
        Single<PostgresServerResource>(all);
        Single<RedisResource>(all);
        Single<RabbitMQServerResource>(all);
        foreach (var resource in all)
        {
            CheckCycle(resource, []);
            CheckReplicas(resource);
        }
    }

    /// <summary>What the resource waits for, a database's server included.</summary>
    public static IEnumerable<IResource> WaitsOf(IResource resource)
    {
        var waits = resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource);
        return resource is IResourceWithParent child ? waits.Append(child.Parent) : waits;
    }

    private static void CheckCycle(IResource resource, List<IResource> path)
    {
        if (path.Contains(resource))
        {
            throw new DistributedApplicationException(
                $"Resources wait for each other: {string.Join(" → ", path.SkipWhile(step => step != resource).Append(resource).Select(step => step.Name))}.");
        }

        path.Add(resource);
        foreach (var dependency in WaitsOf(resource))
        {
            CheckCycle(dependency, path);
        }

        path.RemoveAt(path.Count - 1);
    }

    private static void CheckReplicas(IResource resource)
    {
        if (Replicas.Of(resource) > 1 && resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(endpoint => !endpoint.IsProxied) is { } direct)
        {
            throw new DistributedApplicationException(
                $"'{resource.Name}' has several replicas, but its endpoint '{direct.Name}' is not proxied: only one process can bind a port.");
        }
    }

    private static void Single<T>(IEnumerable<IResource> resources)
        where T : IResource
    {
        if (resources.OfType<T>().Skip(1).FirstOrDefault() is { } second)
        {
            throw LocalMode.Refuse($"a second server of the kind of '{second.Name}'");
        }
    }
}

internal static class Replicas
{
    public static int Of(IResource resource) => resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;
}
