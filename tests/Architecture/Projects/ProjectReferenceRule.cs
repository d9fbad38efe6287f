using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Projects;

/// <summary>
/// Who may reference whom. The engine's core references nothing, contracts the gRPC runtime, the defaults packages and contracts,
/// a service its own core and sandbox, contracts and defaults, the AppHost everything it starts; nobody references a service's insides.
/// </summary>
public static class ProjectReferenceRule
{
    private const string Contracts = "protos/Contracts.csproj";
    private const string Defaults = "ServiceDefaults/ServiceDefaults.csproj";

    private static readonly string[] GrpcRuntime = ["Google.Protobuf", "Grpc.Tools", "Grpc.Core.Api"];

    public static IEnumerable<string> Violations(SourceTree tree)
        => ProjectFile.All(tree).SelectMany(project => OfProjects(project).Concat(OfPackages(project)));

    private static IEnumerable<string> OfProjects(ProjectFile project)
    {
        if (MayReference(project) is not { } allowed)
        {
            return [$"{project.Path}: no rule says what a project in this folder may reference; add one."];
        }

        return project.ProjectReferences
            .Where(reference => !allowed(reference))
            .Select(reference => $"{project.Path} must not reference {reference}.");
    }

    private static IEnumerable<string> OfPackages(ProjectFile project)
    {
        var allowed = project.Path switch
        {
            Contracts => GrpcRuntime,
            _ when IsCore(project.Path) => [],
            _ => null,
        };
        return allowed is null
            ? []
            : project.PackageReferences.Except(allowed).Select(package => $"{project.Path} must not reference package {package}.");
    }

    private static Func<string, bool>? MayReference(ProjectFile project)
    {
        var path = project.Path;
        return path switch
        {
            Contracts => _ => false,
            Defaults => reference => reference == Contracts,
            _ when IsCore(path) || IsSandbox(path) => _ => false,
            _ when Under(path, "services/") => reference => reference is Contracts or Defaults || IsCoreOf(path, reference) || IsSandboxOf(path, reference),
            _ when Under(path, "compat/Aspire.") => reference => Under(reference, "compat/Aspire."),
            _ when Under(path, "compat/Grpc.") => reference => Under(reference, "compat/Grpc."),
            _ when Under(path, "deploy/") => reference => reference is Contracts or Defaults,
            _ when Under(path, "AppHost/") => reference => !Under(reference, "tests/") && !IsCore(reference),
            // The fixtures host the system from outside or through ServiceDefaults; a suite brings its own service.
            _ when Under(path, "tests/Testing/") => reference => !Under(reference, "services/"),
            _ when Under(path, "tests/") => _ => true,
            _ => null,
        };
    }

    private static bool IsCore(string path) => Under(path, "services/") && path.EndsWith(".Core.csproj", StringComparison.Ordinal);

    private static bool IsCoreOf(string service, string reference)
        => IsCore(reference) && service.Split('/')[1] == reference.Split('/')[1];

    // A program its service starts: built with it, never linked to it, and knowing nobody.
    private static bool IsSandbox(string path) => Under(path, "services/") && path.EndsWith(".Sandbox.csproj", StringComparison.Ordinal);

    private static bool IsSandboxOf(string service, string reference)
        => IsSandbox(reference) && service.Split('/')[1] == reference.Split('/')[1];

    private static bool Under(string path, string folder) => path.StartsWith(folder, StringComparison.Ordinal);
}
