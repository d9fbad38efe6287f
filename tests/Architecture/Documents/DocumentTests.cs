using System.Text.RegularExpressions;
using AiTeams.Architecture.Tests.Sources;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.Architecture.Tests.Documents;

public sealed partial class DocumentTests
{
    [Fact]
    public void Every_command_is_run_by_a_test_or_says_why_not() => Rule.Holds(DocumentRules.UnmarkedCommands(SourceTree.Repository));

    [Fact]
    public void Every_link_leads_somewhere()
        => Rule.Holds(DocumentRules.DeadLinks(SourceTree.Repository, path => Path.Exists(Path.Combine(RepositoryFolder.Root, path))));

    [Fact]
    public void The_documented_moves_of_an_execution_are_the_tables()
        => Assert.Equal(
            ExecutionTransitions.Table.Select(row => Move(row.Key.ToWire(), row.Value.Select(to => to.ToWire()))).Order(StringComparer.Ordinal),
            DocumentedMoves("Execution"));

    [Fact]
    public void The_documented_moves_of_a_node_are_the_tables()
        => Assert.Equal(
            NodeTransitions.Table.Select(row => Move(row.Key.ToWire(), row.Value.Select(to => to.ToWire()))).Order(StringComparer.Ordinal),
            DocumentedMoves("Node"));

    [Fact]
    public void Every_decision_is_in_the_index()
    {
        var decisions = SourceTree.Repository.Files.Where(file => file.IsUnder("docs/adr") && file.Name != "README.md").ToList();
        var index = SourceTree.Repository.Files.Single(file => file.Path == "docs/adr/README.md").Text;

        Assert.NotEmpty(decisions);
        Assert.All(decisions, decision => Assert.Contains($"({decision.Name})", index, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("text\n```sh\nls\n```\n")]
    [InlineData("<!-- test: maybe -->\n```sh\nls\n```\n")]
    [InlineData("<!-- test: not run: -->\n```sh\nls\n```\n")]
    public void A_command_without_a_word_about_running_it_is_caught(string text)
        => Rule.Catches(DocumentRules.UnmarkedCommands(new SourceTree(new SourceFile("docs/a.md", text))), "docs/a.md:2");

    [Theory]
    [InlineData("<!-- test: run -->\n```sh\nls\n```\n")]
    [InlineData("<!-- test: not run: it opens an editor -->\n```sh\nvi\n```\n")]
    [InlineData("```\nno shell\n```\n")]
    public void A_marked_command_passes(string text) => Rule.Holds(DocumentRules.UnmarkedCommands(new SourceTree(new SourceFile("docs/a.md", text))));

    [Fact]
    public void A_dead_link_is_caught()
        => Rule.Catches(DocumentRules.DeadLinks(new SourceTree(new SourceFile("docs/adr/a.md", "[b](../b.md#part)")), path => path != "docs/b.md"), "../b.md");

    [Fact]
    public void A_block_is_read_with_what_it_must_print()
    {
        var block = Assert.Single(DocumentedCommands.In("a.md", "one\n\n<!-- test: run, prints SUCCESS -->\n```sh\necho SUCCESS\ndate\n```\n"));

        Assert.Equal((4, "echo SUCCESS\ndate", "SUCCESS", true), (block.Line, block.Commands, block.Expected, block.IsRun));
    }

    private static string Move(string from, IEnumerable<string> to) => $"{from} -> {string.Join(" ", to.Order(StringComparer.Ordinal))}";

    private static IEnumerable<string> DocumentedMoves(string section)
    {
        var text = SourceTree.Repository.Files.Single(file => file.Path == "docs/lifecycle.md").Text;
        var part = text.Split($"\n## {section}\n")[1].Split("\n## ")[0];
        return Row().Matches(part)
            .Select(row => Move(row.Groups["from"].Value, Status().Matches(row.Groups["to"].Value).Select(status => status.Value)))
            .Order(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^\| (?<from>[A-Z_]+) \| (?<to>[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("[A-Z_]{3,}")]
    private static partial Regex Status();
}
