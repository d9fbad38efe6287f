using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace AiTeams.LocalHosting;

/// <summary>Something said for containers: official Aspire acts on it, the local engine only keeps it.</summary>
internal sealed record ContainerSetting(string Kind, object? Value, object? Detail) : IResourceAnnotation;

internal sealed record HttpHealthCheck(string Path, int StatusCode, string? EndpointName) : IResourceAnnotation;

internal sealed record EndpointUrlCallback(string EndpointName, Action<ResourceUrlAnnotation> Callback) : IResourceAnnotation;

internal sealed record ExplicitStart : IResourceAnnotation;

/// <summary>A reference: no reason to wait, but a reason to be stopped earlier than what is referred to.</summary>
internal sealed record DependsOn(IResource Resource) : IResourceAnnotation;

internal static partial class VariableNames
{
    /// <summary>workflow-engine → WORKFLOW_ENGINE.</summary>
    public static string Of(string name) => NoWord().Replace(name, "_").ToUpperInvariant();

    [GeneratedRegex(@"\W")]
    private static partial Regex NoWord();
}

internal static class LocalMode
{
    public static DistributedApplicationException Refuse(string what) =>
        new($"The local engine does not support {what}. Official Aspire does: build with -p:AppHostEngine=aspire.");
}
