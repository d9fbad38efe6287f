using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>What is done at somebody else's service: Slack, GitHub, Google Calendar, Notion, Firecrawl. Messengers are in a file of their own.</summary>
internal static partial class Specs
{
    private const string SlackChannels = "/integrations/slack/channels";

    private static NodeSpec[] ExternalActions => [SlackAction, GitHubAction, CalendarAction, NotionAction, FirecrawlAction, DiscordAction, TelegramAction];

    private static FieldSpec[] ActionInputs =>
    [
        TextField("action_type", "What to do, over the configured action_type."),
        ObjectField("data", "Values for the operation."),
        .. ExpressionInputs,
    ];

    private static FieldSpec Succeeded => FlagField("success", "True when it worked.");

    private static FieldSpec ErrorMessage => TextField("error_message", "What went wrong, else null.");

    /// <summary>The success of a call, what the provider said, and how near its limits are.</summary>
    private static FieldSpec[] ActionOutputs(string response, params FieldSpec[] own) =>
    [
        Succeeded,
        ObjectField(response, "What the provider answered."),
        .. own,
        ErrorMessage,
        ObjectField("rate_limit_info", "Calls left, and until when."),
        ObjectField("execution_metadata", "Time taken, attempts."),
    ];

    private static ParameterSpec Operation(string value, params string[] options) =>
        Required(Choice("action_type", "What to do.", value, options));

    private static ParameterSpec Retries => Group(
        "retry_config", "What happens when the provider is busy.",
        Whole("max_retries", "How often to try again.", 3, 0, 10),
        Amount("retry_delay", "Seconds before the first of them.", 1, 0, 300),
        Flag("exponential_backoff", "Double the delay each time.", true));

    private static NodeSpec SlackAction => new(NodeTypes.ExternalAction, "SLACK", "Writes to Slack, or asks it about channels and people.")
    {
        Parameters =
        [
            Operation(
                "send_message", "send_message", "update_message", "delete_message", "send_file", "create_channel", "invite_users", "get_user_info",
                "get_channel_info", "set_channel_topic", "archive_channel"),
            Required(Text("channel", "Name or id of the channel.")) with { PickList = SlackChannels },
            Required(Secret("bot_token", "Token of the bot that acts.")),
            Flag("use_oauth", "Use the user's connected account instead of the token.", true),
            Choice("message_format", "How the message is written.", "text", "text", "mrkdwn", "blocks"),
            Text("thread_ts", "Answer in this thread."),
            Flag("unfurl_links", "Show previews of links.", true),
            Flag("unfurl_media", "Show previews of media.", true),
            .. Common,
        ],
        Inputs =
        [
            .. ActionInputs,
            TextField("message", "The text."),
            ListField("blocks", "The message as Block Kit."),
            ListField("attachments", "Attachments of the message."),
            TextField("channel_override", "Another channel than the configured one."),
            ListField("user_mentions", "Ids of the people to mention."),
            ObjectField("metadata", "Kept with the message."),
        ],
        Outputs = ActionOutputs(
            "api_response", TextField("action", "What was done."), TextField("content", "What was written."),
            TextField("message_ts", "The message's time stamp, its name in Slack."), TextField("channel_id", "Where.")),
        Examples =
        [
            Example(
                "Post to a channel", """{"action_type": "send_message", "channel": "#brief", "bot_token": "{{$placeholder}}"}""",
                """{"success": true, "action": "send_message", "content": "Good morning.", "message_ts": "1772442000.000100", "channel_id": "C0123456"}""",
                """{"message": "Good morning."}"""),
        ],
    };

    private static NodeSpec GitHubAction => new(NodeTypes.ExternalAction, "GITHUB", "Works on GitHub: issues, pull requests, files, releases, teams.")
    {
        Parameters =
        [
            Required(Secret("github_token", "Token to act with.")),
            Operation(
                "create_issue", "create_repository", "update_repository", "delete_repository", "fork_repository", "list_repositories",
                "create_issue", "update_issue", "close_issue", "reopen_issue", "list_issues", "add_issue_comment", "assign_issue", "add_issue_labels",
                "create_pull_request", "update_pull_request", "merge_pull_request", "close_pull_request", "list_pull_requests", "request_pr_review",
                "approve_pr_review", "add_pr_comment", "create_file", "update_file", "delete_file", "get_file_content", "upload_release_asset",
                "create_release", "update_release", "delete_release", "list_releases", "create_branch", "delete_branch", "list_branches",
                "protect_branch", "trigger_workflow", "list_workflow_runs", "cancel_workflow_run", "invite_user", "add_team_member", "create_team",
                "create_webhook", "update_webhook", "delete_webhook"),
            Required(Group(
                "repository_config", "Which repository.",
                Text("owner", "User or organisation."), Text("repo", "Its name."), Text("full_name", "Both, as in octo/site."))),
            .. Common,
        ],
        Inputs =
        [
            .. ActionInputs,
            TextField("owner", "Over the configured owner."),
            TextField("repo", "Over the configured repository."),
            TextField("title", "Title of an issue, a pull request or a release."),
            TextField("body", "Its text."),
            ListField("labels", "Labels."),
            ListField("assignees", "Who takes care of it."),
            WholeField("issue_number", "Which issue."),
            WholeField("pr_number", "Which pull request."),
            TextField("head", "Branch to merge."),
            TextField("base", "Branch to merge into."),
            TextField("path", "Path of a file."),
            TextField("content", "Content of a file."),
            TextField("branch", "Branch to work on.") with { Default = "main" },
            TextField("commit_message", "What the commit says."),
            TextField("tag_name", "Tag of a release."),
            TextField("workflow_file", "Which workflow to start."),
            TextField("ref", "Where to start it.") with { Default = "main" },
            TextField("comment", "Text of a comment."),
        ],
        Outputs = ActionOutputs(
            "github_response", TextField("resource_id", "Id or number of what was made or changed."), TextField("resource_url", "Its address.")),
        Examples =
        [
            Example(
                "Open an issue",
                """{"github_token": "{{$placeholder}}", "action_type": "create_issue", "repository_config": {"owner": "octo", "repo": "site"}}""",
                """{"success": true, "resource_id": "31", "resource_url": "https://github.com/octo/site/issues/31"}""",
                """{"title": "Broken link", "body": "On the start page.", "labels": ["bug"]}"""),
        ],
    };

    private static NodeSpec CalendarAction => new(NodeTypes.ExternalAction, "GOOGLE_CALENDAR", "Reads and writes a Google calendar.")
    {
        Parameters =
        [
            Required(Secret("access_token", "Token to act with.")),
            Secret("refresh_token", "To get a new one."),
            Operation(
                "create_event", "list_events", "create_event", "update_event", "delete_event", "get_event", "list_calendars", "create_calendar",
                "get_calendar", "search_events", "quick_add", "watch_events", "stop_watching", "google_calendar_list_calendars",
                "google_calendar_create_event", "google_calendar_list_events", "google_calendar_update_event", "google_calendar_delete_event",
                "google_calendar_add_attendees_to_event"),
            Text("calendar_id", "Which calendar.", "primary") with { PickList = "/integrations/google_calendar/calendars" },
            Text("summary", "The event's title."),
            Prose("description", "Its description."),
            Text("location", "Where it takes place."),
            Shape("start", "When it begins: dateTime or date, timeZone."),
            Shape("end", "When it ends."),
            Text("start_datetime", "When it begins, RFC 3339."),
            Text("end_datetime", "When it ends, RFC 3339."),
            Text("date", "Day of an all-day event."),
            List("attendees", "E-mail addresses."),
            Text("event_id", "Which event."),
            Shape("reminders", "When to remind, and how."),
            List("recurrence", "RRULE lines."),
            Text("time_min", "List from this moment on."),
            Text("time_max", "List up to this moment."),
            Whole("max_results", "List so many at most.", 250, 1, 2500),
            Flag("single_events", "List each occurrence of a recurring event.", true),
            Choice("order_by", "Order of the list.", "startTime", "startTime", "updated"),
            Flag("show_deleted", "List deleted events too.", false),
            Text("q", "Words to look for."),
            Text("query", "Another name for q."),
            Text("text", "quick_add: the event in words."),
            .. Common,
        ],
        Inputs = ActionInputs,
        Outputs = ActionOutputs(
            "google_response", ObjectField("event", "The event."), ListField("events", "The events found."), ListField("calendars", "The calendars found."),
            TextField("next_page_token", "Where the list goes on."), TextField("next_sync_token", "To ask later what has changed."),
            TextField("html_link", "The event's page."), TextField("event_id", "Its id."), TextField("event_url", "Its address."),
            TextField("calendar_url", "The calendar's address."), TextField("meeting_link", "Where to join.")),
        Examples =
        [
            Example(
                "Today's appointments",
                """{"access_token": "{{$placeholder}}", "action_type": "list_events", "time_min": "{{ $trigger.data.trigger_time }}", "max_results": 20}""",
                """{"success": true, "events": [{"id": "ev1", "summary": "Stand-up"}], "next_page_token": null}"""),
        ],
    };

    private static NodeSpec NotionAction => new(NodeTypes.ExternalAction, "NOTION", "Carries out an instruction in Notion, in as many steps as it takes.")
    {
        Parameters =
        [
            Required(Secret("notion_token", "Token to act with.")),
            Choice("operation_type", "What the instruction is about.", "database", "database", "page", "both"),
            Text("database_id", "Which database.") with { PickList = "/integrations/notion/databases" },
            Text("page_id", "Which page.") with { PickList = "/integrations/notion/search" },
            .. Common,
        ],
        Inputs =
        [
            TextField("instruction", "What to do, in plain words.", required: true),
            ChoiceField("action_type", "A single step instead of an instruction.", null, "search", "page_get", "page_create", "page_update", "database_get", "database_query"),
            .. ActionInputs[1..],
        ],
        Outputs = ActionOutputs(
            "notion_response", TextField("resource_id", "Id of what was made or changed."), TextField("resource_url", "Its address."),
            ObjectField("ai_execution", "rounds_executed, completed, plan, rounds, discovered_resources."),
            ObjectField("discovered_resources", "Databases, pages, blocks and schemas met on the way.")),
        Examples =
        [
            Example(
                "Add a row", """{"notion_token": "{{$placeholder}}", "operation_type": "database", "database_id": "d1"}""",
                """{"success": true, "resource_id": "p1", "ai_execution": {"rounds_executed": 2, "completed": true}}""",
                """{"instruction": "Add the task 'Call the plumber', due tomorrow."}"""),
        ],
    };

    private static NodeSpec FirecrawlAction => new(NodeTypes.ExternalAction, "FIRECRAWL", "Reads web pages through Firecrawl.")
    {
        Parameters =
        [
            Required(Secret("firecrawl_api_key", "Key to act with.")),
            Operation("scrape", "scrape", "crawl", "extract", "screenshot"),
            .. Common,
        ],
        Inputs =
        [
            .. ActionInputs,
            TextField("url", "The page, or where to begin."),
            ListField("urls", "Several pages."),
            ListField("include_selectors", "Only what these CSS selectors find."),
            ListField("exclude_selectors", "Nothing of what these find.") with { Default = Strings("script", "style") },
            ChoiceField("format", "Form of the content.", "markdown", "markdown", "html", "text", "json"),
            WholeField("max_depth", "crawl: links away from the first page.") with { Default = 2 },
            WholeField("limit", "crawl: pages at most.") with { Default = 50 },
            ObjectField("schema", "extract: JSON Schema of what to find."),
            ObjectField("headers", "Request headers."),
            ObjectField("screenshot", "How to take the picture.") with
            {
                Default = JsonData.Object(("fullPage", true), ("quality", 80), ("format", "png")),
            },
        ],
        Outputs = ActionOutputs(
            "api_response", TextField("content", "The page's content."), AnyField("data", "What was extracted or crawled."),
            ListField("urls_processed", "Pages read."), ObjectField("stats", "Pages, time, credits.")),
        Examples =
        [
            Example(
                "Read a page", """{"firecrawl_api_key": "{{$placeholder}}", "action_type": "scrape"}""",
                """{"success": true, "content": "# Opening hours", "urls_processed": ["https://example.org/hours"]}""",
                """{"url": "https://example.org/hours", "format": "markdown"}"""),
        ],
    };
}
