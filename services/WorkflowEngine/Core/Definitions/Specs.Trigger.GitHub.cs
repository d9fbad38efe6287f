namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Starting when something happens in a repository.</summary>
internal static partial class Specs
{
    private static NodeSpec GitHubTrigger => new(NodeTypes.Trigger, "GITHUB", "Starts the workflow when something happens in a repository.")
    {
        Parameters =
        [
            Required(Text("repository", "Owner and name, as in octo/site.")),
            Required(List("events", "What to listen for.", "push", "pull_request") with
            {
                ItemOptions =
                [
                    "push", "pull_request", "issues", "issue_comment", "pull_request_review", "release", "workflow_run", "repository", "star",
                    "watch", "fork",
                ],
            }),
            List("branches", "Only these branches; none means all."),
            Secret("webhook_secret", "What the sender signs with."),
            Shape("filter_conditions", "Further conditions per event: paths, actions, labels, authors."),
            Flag("include_payload", "Hand on the whole event.", true),
            .. Common,
        ],
        Outputs =
        [
            FiredAt,
            TextField("event_type", "What happened."),
            ObjectField("repository", "Where."),
            ObjectField("sender", "Who did it."),
            TextField("branch", "On which branch, when there is one."),
            TextField("commit_sha", "At which commit, when there is one."),
            Sentence,
            ObjectField("github_payload", "The whole event."),
        ],
        Examples =
        [
            Example(
                "Pull requests into main", """{"repository": "octo/site", "events": ["pull_request"], "branches": ["main"]}""",
                """{"event_type": "pull_request", "branch": "main", "sender": {"login": "octocat"}}"""),
        ],
    };
}
