using AiTeams.Testing;

namespace AiTeams.Architecture.Tests.StandIns;

/// <param name="Kind">project, package or file (an assembly by its path).</param>
/// <param name="Target">A project's path from the root, a package's id, an assembly's path; empty for a file reference without a path.</param>
public sealed record EvaluatedReference(bool IsOfficial, string Project, string Kind, string Target);

/// <summary>What MSBuild makes of every project in either mode. Shared by the tests of a class: one evaluation answers them all.</summary>
public sealed class EvaluatedReferences : IAsyncLifetime
{
    public IReadOnlyList<EvaluatedReference> All { get; private set; } = [];

    public IEnumerable<EvaluatedReference> Official => All.Where(reference => reference.IsOfficial);

    public IEnumerable<EvaluatedReference> Default => All.Where(reference => !reference.IsOfficial);

    public async Task InitializeAsync()
    {
        var root = RepositoryFolder.Root + "/";
        var printed = Path.GetTempFileName();
        try
        {
            // The variables of the build that runs these tests would lead the inner one to another SDK.
            var clean = Environment.GetEnvironmentVariables().Keys.Cast<string>()
                .Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
                .ToDictionary(name => name, _ => (string?)null);
            var result = await CommandLine.RunAsync(
                "dotnet",
                ["msbuild", root + "tests/Architecture/StandIns/References.proj", "-t:PrintAll", "-nodeReuse:false", "-m:1", "-v:q", "-nologo", "-p:Root=" + root, "-p:PrintTo=" + printed],
                root,
                clean,
                timeout: TimeSpan.FromMinutes(5));
            result.EnsureSuccess();
            All = [.. (await File.ReadAllLinesAsync(printed)).Distinct().Select(line => Parse(line, root))];
        }
        finally
        {
            File.Delete(printed);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private static EvaluatedReference Parse(string line, string root)
    {
        var parts = line.Split('|');
        return new EvaluatedReference(bool.Parse(parts[0]), Relative(parts[1], root), parts[2], Relative(parts[3], root));
    }

    private static string Relative(string path, string root) => path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : path;
}
