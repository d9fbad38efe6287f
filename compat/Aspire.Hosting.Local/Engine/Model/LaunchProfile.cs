using System.Text.Json;
using System.Text.Json.Serialization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace AiTeams.LocalHosting;

/// <summary>A profile of a project's <c>Properties/launchSettings.json</c>: its URLs become endpoints, its variables the first ones.</summary>
internal sealed record LaunchProfile(string Name, Uri[] Urls, IReadOnlyDictionary<string, string> Variables, string[] Arguments)
{
    private static readonly JsonSerializerOptions Reading =
        new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static LaunchProfile? Find(string projectPath, ProjectResourceOptions options, IConfiguration configuration)
    {
        if (options.ExcludeLaunchProfile)
        {
            return null;
        }

        var file = Path.Combine(Path.GetDirectoryName(projectPath)!, "Properties", "launchSettings.json");
        var profiles = File.Exists(file) ? JsonSerializer.Deserialize<Settings>(File.ReadAllBytes(file), Reading)?.Profiles ?? [] : [];
        if (options.LaunchProfileName is { } wanted)
        {
            return profiles.TryGetValue(wanted, out var named)
                ? Read(wanted, named)
                : throw new DistributedApplicationException($"{projectPath} has no launch profile '{wanted}'.");
        }

        var common = configuration["AppHost:DefaultLaunchProfileName"] ?? configuration["DOTNET_LAUNCH_PROFILE"];
        if (common is not null && profiles.TryGetValue(common, out var shared) && shared.CommandName == "Project")
        {
            return Read(common, shared);
        }

        var first = profiles.FirstOrDefault(profile => profile.Value.CommandName == "Project");
        return first.Key is null ? null : Read(first.Key, first.Value);
    }

    public void ApplyTo(IResourceBuilder<ProjectResource> project)
    {
        foreach (var url in Urls.Where(url => url.Scheme == "http"))
        {
            project.WithEndpoint(url.Port == 0 ? null : url.Port, scheme: "http", name: "http");
        }

        foreach (var (name, value) in Variables)
        {
            project.WithEnvironment(name, value);
        }

        project.WithEnvironment("DOTNET_LAUNCH_PROFILE", Name).WithArgs(Arguments);
    }

    private static LaunchProfile Read(string name, Profile profile) => new(
        name,
        [.. (profile.ApplicationUrl ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(url => new Uri(url))],
        profile.EnvironmentVariables ?? new Dictionary<string, string>(),
        (profile.CommandLineArgs ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private sealed record Settings([property: JsonPropertyName("profiles")] Dictionary<string, Profile>? Profiles);

    private sealed record Profile(string? CommandName, string? ApplicationUrl, string? CommandLineArgs, Dictionary<string, string>? EnvironmentVariables);
}
