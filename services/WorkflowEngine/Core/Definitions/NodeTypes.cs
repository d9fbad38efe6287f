using System.Collections.Frozen;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>
/// Every type and subtype the product knows by name. What is here but not in <see cref="NodeCatalog.Active"/> has no behaviour yet and
/// is refused: a node never passes its input through because nobody wrote what it does.
/// </summary>
public static class NodeTypes
{
    public const string Trigger = "TRIGGER";
    public const string AiAgent = "AI_AGENT";
    public const string ExternalAction = "EXTERNAL_ACTION";
    public const string Action = "ACTION";
    public const string Flow = "FLOW";
    public const string HumanInTheLoop = "HUMAN_IN_THE_LOOP";
    public const string Tool = "TOOL";
    public const string Memory = "MEMORY";

    private static readonly FrozenDictionary<string, IReadOnlyList<string>> Subtypes = new Dictionary<string, IReadOnlyList<string>>
    {
        [Trigger] = ["MANUAL", "CRON", "WEBHOOK", "EMAIL", "GITHUB", "SLACK"],
        [AiAgent] = ["OPENAI_CHATGPT", "ANTHROPIC_CLAUDE", "GOOGLE_GEMINI"],
        [ExternalAction] =
        [
            "SLACK", "GITHUB", "GOOGLE_CALENDAR", "NOTION", "FIRECRAWL", "DISCORD_ACTION", "TELEGRAM_ACTION", "API_CALL", "WEBHOOK",
            "NOTIFICATION", "EMAIL", "GITLAB_ACTION", "JIRA_ACTION", "TRELLO", "AWS_ACTION", "GCP_ACTION", "AZURE_ACTION",
            "POSTGRES_ACTION", "MYSQL_ACTION", "MONGODB_ACTION",
        ],
        [Action] =
        [
            "HTTP_REQUEST", "DATA_TRANSFORMATION", "RUN_CODE", "EXECUTE_SCRIPT", "DATA_VALIDATION", "DATA_FORMATTING", "FILE_OPERATION",
            "FILE_UPLOAD", "FILE_DOWNLOAD", "WEBHOOK_CALL", "DATABASE_QUERY", "DATABASE_OPERATION", "WEB_SEARCH", "STATIC_DATA",
        ],
        [Flow] = ["IF", "FILTER", "SORT", "MERGE", "LOOP", "FOR_EACH", "WHILE", "SPLIT", "SWITCH", "WAIT", "DELAY", "TIMEOUT", "SUB_WORKFLOW"],
        [HumanInTheLoop] =
        [
            "SLACK_INTERACTION", "GMAIL_INTERACTION", "OUTLOOK_INTERACTION", "DISCORD_INTERACTION", "TELEGRAM_INTERACTION",
            "MANUAL_REVIEW", "TEAMS_INTERACTION", "IN_APP_APPROVAL", "FORM_SUBMISSION",
        ],
        [Tool] =
        [
            "SLACK_MCP_TOOL", "DISCORD_MCP_TOOL", "GOOGLE_CALENDAR_MCP_TOOL", "NOTION_MCP_TOOL", "FIRECRAWL_MCP_TOOL",
            "GOOGLE_CALENDAR_TOOL", "OUTLOOK_CALENDAR_TOOL", "CALENDAR_GENERIC_TOOL", "EMAIL_TOOL", "GMAIL_TOOL", "HTTP_CLIENT",
            "FILE_PROCESSOR", "IMAGE_PROCESSOR", "CODE_TOOL",
        ],
        [Memory] =
        [
            "CONVERSATION_BUFFER", "CONVERSATION_SUMMARY", "VECTOR_DATABASE", "KEY_VALUE_STORE", "DOCUMENT_STORE", "ENTITY_MEMORY",
            "EPISODIC_MEMORY", "KNOWLEDGE_BASE", "GRAPH_MEMORY",
        ],
    }.ToFrozenDictionary();

    public static IReadOnlyList<string> All { get; } =
        [Trigger, AiAgent, ExternalAction, Action, Flow, HumanInTheLoop, Tool, Memory];

    public static bool IsKnown(string type) => Subtypes.ContainsKey(type);

    /// <summary>The subtypes of a type; none for an unknown type.</summary>
    public static IReadOnlyList<string> SubtypesOf(string type) => Subtypes.GetValueOrDefault(type, []);

    /// <summary>TOOL and MEMORY hang on an AI_AGENT; they are not walked.</summary>
    public static bool IsAttachable(string type) => type is Tool or Memory;

    /// <summary>Nodes that run others once per element: what their port <c>iteration</c> leads to is their body.</summary>
    public static bool Iterates(NodeSpec spec) => spec is { Type: Flow, Subtype: "LOOP" or "FOR_EACH" or "WHILE" };
}
