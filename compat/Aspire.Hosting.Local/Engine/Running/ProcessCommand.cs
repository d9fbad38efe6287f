using System.Reflection;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace AiTeams.LocalHosting;

internal static class ProcessCommand
{
    /// <summary>A project is its built assembly: one process, which gets the signals itself, and nothing is built at the start.</summary>
    public static (string[] Command, string Folder) Of(IResource resource) => resource switch
    {
        ProjectResource project => (["dotnet", AssemblyOf(MetadataOf(project))], Path.GetDirectoryName(MetadataOf(project).ProjectPath)!),
        ExecutableResource executable => ([executable.Command], executable.WorkingDirectory),
        _ => throw LocalMode.Refuse($"running a {resource.GetType().Name}"),
    };

    private static IProjectMetadata MetadataOf(ProjectResource project) => project.Annotations.OfType<IProjectMetadata>().Single();

    // Written by LocalHosting.targets into each Projects class; the interface of official Aspire has no place for it.
    private static string AssemblyOf(IProjectMetadata metadata)
    {
        var path = metadata.GetType().GetProperty("AssemblyPath", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as string
            ?? throw new DistributedApplicationException($"{metadata.GetType()} does not say where {metadata.ProjectPath} is built to.");
        return File.Exists(path) ? path : throw new DistributedApplicationException($"{path} is not there: build {metadata.ProjectPath} first.");
    }
}

internal static class Backoff
{
    /// <summary>1, 2, 4 ... times the first delay, up to the longest.</summary>
    public static TimeSpan Delay(int restart, EngineSettings settings)
    {
        var delay = settings.RestartDelay * Math.Pow(2, restart - 1);
        return delay < settings.LongestRestartDelay ? delay : settings.LongestRestartDelay;
    }
}
