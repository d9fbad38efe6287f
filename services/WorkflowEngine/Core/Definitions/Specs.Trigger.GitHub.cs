namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Starting when something happens in a repository.</summary>
internal static partial class Specs
{
    private static NodeSpec GitHubTrigger => new(NodeTypes.Trigger, "GITHUB", "Starts the workflow when something happens in a repository.")
    {
        Version = "1.2.0",
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
            Required(Secret("webhook_secret", "What GitHub signs with: the webhook's secret there.")),
            Shape(
                "filter_conditions",
                "Further conditions, for all events or under an event's name: branches, paths, actions, labels, authors, states, workflows, conclusions, ref_types, draft_handling (include, ignore, only)."),
            Text("author_filter", "A pattern the author's name has to match."),
            Flag("ignore_bots", "What bots do fires nothing.", true),
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
                "Pull requests into main", """{"repository": "octo/site", "events": ["pull_request"], "branches": ["main"], "webhook_secret": "{{$placeholder}}"}""",
                """{"event_type": "pull_request", "branch": "main", "sender": {"login": "octocat"}}"""),
        ],
    };
}
