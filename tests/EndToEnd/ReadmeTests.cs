using AiTeams.Testing;

namespace AiTeams.EndToEnd.Tests;

/// <summary>A command in a document is run by a test: what the README tells a reader to type is typed here, against a gateway and an engine.</summary>
[Collection(SystemTests.Name)]
public sealed class ReadmeTests(TheSystem system)
{
    private static readonly AptNeed Curl = new("curl", ["curl"], ["curl", "ca-certificates"]);

    [Fact]
    public async Task The_first_workflow_runs_as_the_README_says()
    {
        await AptPackages.EnsureAsync(Curl);
        var folder = Directory.CreateTempSubdirectory("readme-");

        try
        {
            var address = new Dictionary<string, string> { ["http://127.0.0.1:8080"] = system.Gateway.ToString().TrimEnd('/') };
            var blocks = await DocumentedCommands.RunAsync("README.md", address, folder.FullName, TimeSpan.FromMinutes(2));

            Assert.True(blocks.Count >= 5, "The README lost its commands.");
            Assert.All(blocks, run => Assert.True(
                run.Output.Contains(run.Block.Expected ?? "", StringComparison.Ordinal), $"README.md:{run.Block.Line} printed:\n{run.Output}"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
