using System.Text.Json.Nodes;
using AiTeams.Scheduler.GitHub;

namespace AiTeams.Scheduler.Tests.GitHub;

/// <summary>Which events a trigger waits for, as a table.</summary>
public sealed class GitHubMatchTests
{
    private const string Push = """{"ref":"refs/heads/release/1.2","commits":[{"added":["src/a.cs"],"modified":[],"removed":["docs/old.md"]}],"sender":{"login":"octocat"},"head_commit":{"author":{"username":"hubot"}}}""";
    private const string Tag = """{"ref":"refs/tags/v1","sender":{"login":"octocat"}}""";
    private const string Pull = """{"action":"opened","pull_request":{"draft":true,"state":"open","base":{"ref":"main"},"head":{"sha":"abc"},"user":{"login":"octocat"},"labels":[{"name":"bug"}]},"sender":{"login":"octocat"}}""";
    private const string Run = """{"action":"completed","workflow_run":{"name":"CI","conclusion":"failure","head_branch":"main","head_sha":"def"},"sender":{"login":"octocat"}}""";
    private const string Issue = """{"action":"labeled","issue":{"state":"open","labels":[],"user":{"login":"ann"}},"label":{"name":"urgent"},"sender":{"login":"dependabot[bot]","type":"Bot"}}""";

    [Theory]
    [InlineData("a.cs", true)]
    [InlineData("a.cs\n", false)]
    public void A_path_ends_with_its_last_letter(string path, bool expected) => Assert.Equal(expected, GitHubConditions.IsMatch(path, "*.cs"));

    [Theory]
    [InlineData("push", Push, "{}", true)]
    [InlineData("push", Push, """{"events":["issues"]}""", false)]
    [InlineData("push", Push, """{"branches":["main"]}""", false)]
    [InlineData("push", Push, """{"branches":["release/*"]}""", true)]
    [InlineData("push", Push, """{"branches":["*"]}""", false)]
    [InlineData("push", Push, """{"branches":["**"]}""", true)]
    [InlineData("push", Tag, """{"branches":["**"]}""", false)]
    [InlineData("push", Tag, "{}", true)]
    [InlineData("push", Tag, """{"filter_conditions":{"push":{"ref_types":["branch"]}}}""", false)]
    [InlineData("push", Push, """{"filter_conditions":{"paths":["docs/**"]}}""", true)]
    [InlineData("push", Push, """{"filter_conditions":{"paths":["**/*.cs"]}}""", true)]
    [InlineData("push", Push, """{"filter_conditions":{"paths":["*.cs"]}}""", false)]
    [InlineData("push", Push, """{"filter_conditions":{"pull_request":{"paths":["x"]}}}""", true)]
    [InlineData("push", Push, """{"author_filter":"^hub"}""", true)]
    [InlineData("push", Push, """{"author_filter":"^octo"}""", false)]
    [InlineData("pull_request", Pull, """{"branches":["main"]}""", true)]
    [InlineData("pull_request", Pull, """{"filter_conditions":{"draft_handling":"ignore"}}""", false)]
    [InlineData("pull_request", Pull, """{"filter_conditions":{"draft_handling":"only","labels":["bug"],"actions":["opened","reopened"],"states":["open"]}}""", true)]
    [InlineData("pull_request", Pull, """{"filter_conditions":{"labels":["feature"]}}""", false)]
    [InlineData("workflow_run", Run, """{"events":["workflow_run"],"filter_conditions":{"workflow_run":{"workflows":["ci"],"conclusions":["failure"]}}}""", true)]
    [InlineData("workflow_run", Run, """{"events":["workflow_run"],"filter_conditions":{"conclusions":["success"]}}""", false)]
    [InlineData("issues", Issue, """{"events":["issues"]}""", false)]
    [InlineData("issues", Issue, """{"events":["issues"],"ignore_bots":false}""", true)]
    [InlineData("issues", Issue, """{"events":["issues"],"ignore_bots":false,"branches":["main"],"filter_conditions":{"labels":["urgent"],"authors":["ann"]}}""", true)]
    public void An_event_is_waited_for_or_not(string name, string payload, string change, bool expected)
    {
        var configuration = new JsonObject { ["repository"] = "octo/Site", ["webhook_secret"] = "s" };
        foreach (var (key, value) in JsonNode.Parse(change)!.AsObject())
        {
            configuration[key] = value?.DeepClone();
        }

        var body = JsonNode.Parse(payload)!.AsObject();
        body["repository"] = new JsonObject { ["full_name"] = "Octo/site" };
        var (settings, faults) = GitHubSettings.Read(configuration);

        Assert.Empty(faults);
        Assert.Equal(expected, settings.Wants(GitHubEvent.Of(name, body)!));
    }

    [Fact]
    public void Payloads_of_other_shapes_are_events_all_the_same()
    {
        Assert.Null(GitHubEvent.Of("push", []));
        Assert.NotNull(GitHubEvent.Of(
            "push", JsonNode.Parse("""{"repository":{"full_name":"a/b"},"ref":7,"commits":[1,{"added":"x","modified":[2]}],"sender":[],"pull_request":"p","issue":{"labels":{}},"label":1}""")!.AsObject()));
    }
}
