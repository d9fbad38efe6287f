namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>What an agent may do while it answers: attached to it, offered to its model over MCP.</summary>
internal static partial class Specs
{
    private const string McpServer = "http://localhost:8000/api/v1/mcp";

    private static NodeSpec[] Tools => [SlackTool, DiscordTool, CalendarTool, NotionTool, FirecrawlTool];

    private static FieldSpec[] ToolInputs =>
    [
        TextField("tool_name", "Which tool is called.", required: true),
        ObjectField("function_args", "Its arguments."),
        ObjectField("context", "What the call is for."),
        TextField("call_id", "The model's name for the call."),
    ];

    private static FieldSpec[] ToolOutputs(params FieldSpec[] own) =>
    [
        AnyField("result", "What the tool gave."),
        Succeeded,
        ErrorMessage,
        AmountField("execution_time", "Seconds it took."),
        FlagField("cached", "The result was known already."),
        .. own,
    ];

    /// <param name="offered">How many of the tools are offered when nothing is said.</param>
    /// <param name="tools">Every tool there is.</param>
    private static ParameterSpec[] McpTools(int offered, params string[] tools) =>
    [
        Required(Text("mcp_server_url", "Where the tools are served.", McpServer)),
        List("available_tools", "The tools the model may call.", tools[..offered]) with { ItemOptions = tools },
    ];

    private static NodeSpec SlackTool => new(NodeTypes.Tool, "SLACK_MCP_TOOL", "Lets an agent use Slack.")
    {
        Parameters =
        [
            .. McpTools(
                3, "slack_send_message", "slack_list_channels", "slack_get_user_info", "slack_create_channel", "slack_invite_user",
                "slack_get_channel_history", "slack_add_reaction", "slack_remove_reaction", "slack_upload_file"),
            Required(Secret("access_token", "Token to act with.")),
            Text("workspace_id", "Which workspace."),
            Text("default_channel", "Where, when the model does not say.") with { PickList = SlackChannels },
            Flag("use_oauth", "Use the user's connected account instead of the token.", true),
            Whole("message_limit", "Messages read at once.", 100, 1, 1000),
            Flag("enable_threading", "Answer in threads.", true),
            Flag("auto_mention_users", "Mention the people written about.", false),
            .. Common,
        ],
        Inputs = ToolInputs,
        Outputs = ToolOutputs(
            TextField("channel_id", "Where."), TextField("message_ts", "The message's time stamp."), TextField("user_id", "Whom it is about.")),
        Ports = [],
        Examples =
        [
            Example(
                "Read and write, nothing else",
                """{"access_token": "{{$placeholder}}", "available_tools": ["slack_send_message", "slack_get_channel_history"]}""",
                """{"result": {"ok": true}, "success": true, "channel_id": "C0123456", "message_ts": "1772442000.000100"}""",
                """{"tool_name": "slack_send_message", "function_args": {"channel": "#support", "text": "Order 17 is on its way."}}"""),
        ],
    };

    private static NodeSpec DiscordTool => new(NodeTypes.Tool, "DISCORD_MCP_TOOL", "Lets an agent use Discord.")
    {
        Parameters =
        [
            .. McpTools(
                4, "discord_send_message", "discord_get_server_info", "discord_list_members", "discord_create_text_channel",
                "discord_read_messages", "discord_add_reaction", "discord_create_invite", "discord_manage_roles", "discord_kick_member",
                "discord_ban_member"),
            Required(Secret("discord_bot_token", "Token of the bot that acts.")),
            Text("default_server_id", "Which server, when the model does not say."),
            Text("default_channel_id", "Which channel, when the model does not say."),
            Whole("message_limit", "Messages read at once.", 50, 1, 500),
            Flag("enable_embeds", "Messages may hold embeds.", true),
            Flag("auto_react", "Mark what was read.", false),
            Flag("manage_permissions", "Permissions may be changed.", false),
            .. Common,
        ],
        Inputs = ToolInputs,
        Outputs = ToolOutputs(
            TextField("server_id", "Which server."), TextField("channel_id", "Which channel."), TextField("message_id", "Which message.")),
        Ports = [],
        Examples =
        [
            Example(
                "Answer in one channel", """{"discord_bot_token": "{{$placeholder}}", "default_channel_id": "902"}""",
                """{"result": {"id": "903"}, "success": true, "channel_id": "902", "message_id": "903"}""",
                """{"tool_name": "discord_send_message", "function_args": {"content": "On its way."}}"""),
        ],
    };

    private static NodeSpec CalendarTool => new(NodeTypes.Tool, "GOOGLE_CALENDAR_MCP_TOOL", "Lets an agent use a Google calendar.")
    {
        Parameters =
        [
            .. McpTools(
                4, "google_calendar_events", "google_calendar_quick_add", "google_calendar_search", "google_calendar_availability",
                "google_calendar_date_query"),
            Required(Secret("access_token", "Token to act with.")),
            Text("default_calendar_id", "Which calendar, when the model does not say.", "primary"),
            Text("timezone", "IANA name of the zone times are meant in.", "UTC"),
            Whole("max_results", "Events listed at once.", 20, 1, 250),
            Flag("enable_natural_language", "Times may be given in words.", true),
            Flag("business_hours_only", "Only offer hours of work.", false),
            .. Common,
        ],
        Inputs = ToolInputs,
        Outputs = ToolOutputs(TextField("calendar_id", "Which calendar."), TextField("event_id", "Which event.")),
        Ports = [],
        Examples =
        [
            Example(
                "Look up free hours", """{"access_token": "{{$placeholder}}", "timezone": "Europe/Kyiv", "business_hours_only": true}""",
                """{"result": {"free": [{"from": "14:00", "to": "15:30"}]}, "success": true, "calendar_id": "primary"}""",
                """{"tool_name": "google_calendar_availability", "function_args": {"date": "2026-03-02"}}"""),
        ],
    };

    private static NodeSpec NotionTool => new(NodeTypes.Tool, "NOTION_MCP_TOOL", "Lets an agent read Notion.")
    {
        Parameters =
        [
            .. McpTools(3, "notion_database", "notion_page", "notion_search"),
            Secret("access_token", "Token to act with; the user's connected account without."),
            Choice("operation_type", "What is read.", "database", "database", "page", "both"),
            Text("default_database_id", "Which database, when the model does not say.") with { PickList = "/integrations/notion/databases" },
            Text("default_page_id", "Which page, when the model does not say.") with { PickList = "/integrations/notion/search" },
            Whole("page_size_limit", "Rows read at once.", 100, 1, 1000),
            Flag("enable_rich_text", "Keep the text's form.", true),
            Flag("auto_create_missing_props", "Make properties that are missing.", false),
            .. Common,
        ],
        Inputs = ToolInputs,
        Outputs = ToolOutputs(TextField("notion_object_id", "What was read."), TextField("notion_object_type", "Its kind.")),
        Ports = [],
        Examples =
        [
            Example(
                "Look things up in one database", """{"default_database_id": "d1"}""",
                """{"result": {"rows": 3}, "success": true, "notion_object_id": "d1", "notion_object_type": "database"}""",
                """{"tool_name": "notion_database", "function_args": {"filter": {"done": false}}}"""),
        ],
    };

    private static NodeSpec FirecrawlTool => new(NodeTypes.Tool, "FIRECRAWL_MCP_TOOL", "Lets an agent read web pages through Firecrawl.")
    {
        Parameters =
        [
            .. McpTools(3, "firecrawl_scrape", "firecrawl_map", "firecrawl_crawl", "firecrawl_batch_scrape", "firecrawl_search"),
            Required(Secret("firecrawl_api_key", "Key to act with.")),
            List("default_formats", "Forms of the content.", "markdown", "html") with
            {
                ItemOptions = ["markdown", "html", "rawHtml", "screenshot", "links", "extract"],
            },
            Whole("timeout_seconds", "Longest wait for a page.", 30, 5, 300),
            Whole("max_crawl_pages", "Pages read in one crawl.", 100, 1, 10_000),
            Text("wait_for_selector", "CSS selector that has to be there first."),
            Flag("extract_main_content", "Leave menus and the like out.", true),
            Flag("remove_base64_images", "Leave embedded pictures out.", true),
            .. Common,
        ],
        Inputs = ToolInputs,
        Outputs = ToolOutputs(
            TextField("scraped_url", "The page."), TextField("content_type", "Its type."), WholeField("pages_processed", "Pages read.")),
        Ports = [],
        Examples =
        [
            Example(
                "Pages as text", """{"firecrawl_api_key": "{{$placeholder}}", "default_formats": ["markdown"]}""",
                """{"result": {"markdown": "# Opening hours"}, "success": true, "scraped_url": "https://example.org/hours", "pages_processed": 1}""",
                """{"tool_name": "firecrawl_scrape", "function_args": {"url": "https://example.org/hours"}}"""),
        ],
    };
}
