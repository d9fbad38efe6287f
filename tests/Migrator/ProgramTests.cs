using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

public sealed class ProgramTests
{
    [Fact]
    public async Task Up_down_and_status_say_what_they_did_and_end_with_zero()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        var up = await RunAsync(database);
        Assert.Equal((0, true), (up.ExitCode, up.Output.Contains($"{Migrations.All.Count} of {Migrations.All.Count} migrations applied", StringComparison.Ordinal)));

        var down = await RunAsync(database, "down");
        Assert.Equal((0, true), (down.ExitCode, down.Output.Contains($"reverted  {Migrations.All[^1].FileName}", StringComparison.Ordinal)));

        var status = await RunAsync(database, "status");
        Assert.Equal(0, status.ExitCode);
        Assert.Contains($"applied  {Migrations.All[0].FileName}", status.Output, StringComparison.Ordinal);
        Assert.Contains($"pending  {Migrations.All[^1].FileName}", status.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_connection_string_it_says_which_one_is_missing()
    {
        var result = await RunAsync(null, "up");

        Assert.Equal((1, true), (result.ExitCode, result.Output.Contains("ConnectionStrings__aiteams is not set", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_unknown_command_shows_the_usage()
    {
        var result = await RunAsync(null, "sideways");

        Assert.Equal((2, true), (result.ExitCode, result.Output.Contains("usage: migrator", StringComparison.Ordinal)));
    }

    private static Task<CommandResult> RunAsync(TestDatabase? database, params string[] arguments) => CommandLine.RunAsync(
        "dotnet",
        [typeof(Migrations).Assembly.Location, .. arguments],
        RepositoryFolder.Root,
        new Dictionary<string, string?> { ["ConnectionStrings__aiteams"] = database?.AdminConnectionString });
}
