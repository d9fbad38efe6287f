using System.Text.Json.Nodes;
using AiTeams.Scheduler.Triggers;

namespace AiTeams.Scheduler.Slack;

/// <summary>A SLACK trigger's configuration with its defaults. Pure.</summary>
internal sealed record SlackSettings
{
    public const string SecretParameter = "signing_secret";

    public static readonly IReadOnlyList<string> KnownEvents =
    [
        "message", "app_mention", "reaction_added", "reaction_removed", "channel_created", "channel_deleted", "member_joined_channel", "member_left_channel",
        "user_change", "team_join", "file_shared", "interactive", "slash_command",
    ];

    /// <summary>The workspace's id, as in T0123456.</summary>
    public string Workspace { get; private init; } = "";

    public IReadOnlyList<string> Events { get; private init; } = [];

    private IReadOnlyList<string> Channels { get; init; } = [];

    private IReadOnlyList<string> Keywords { get; init; } = [];

    private IReadOnlyList<string> Users { get; init; } = [];

    private string Prefix { get; init; } = "";

    private bool RequiresMention { get; init; }

    private bool RequiresThread { get; init; }

    private bool IgnoresBots { get; init; }

    public static (SlackSettings Settings, IReadOnlyList<SettingFault> Faults) Read(JsonObject configuration)
    {
        var from = new SettingReader(configuration);
        var faults = new List<SettingFault>();
        from.Secret(SecretParameter);
        var workspace = from.Text("workspace_id", "");
        if (workspace.Length is < 2 or > 64 || workspace[0] is not ('T' or 'E') || !workspace.All(char.IsAsciiLetterOrDigit))
        {
            faults.Add(new("invalid_workspace", "workspace_id", "workspace_id is the id of a Slack workspace, as in T0123456."));
        }

        var settings = new SlackSettings
        {
            Workspace = workspace,
            Events = from.Names("events", KnownEvents, ["message", "app_mention"]),
            Channels = from.Texts("channels"),
            Keywords = from.Texts("keywords"),
            Users = from.Texts("user_filter"),
            Prefix = from.Text("command_prefix", ""),
            RequiresMention = from.Flag("mention_required"),
            RequiresThread = from.Flag("require_thread"),
            IgnoresBots = from.Flag("ignore_bots", true),
        };
        return (settings, [.. from.Faults, .. faults]);
    }

    /// <summary>Whether the event is one this trigger waits for. Channels are named by id, or by name where the event brings one.</summary>
    public bool Wants(SlackEvent happened) =>
        happened.Workspace == Workspace && Events.Contains(happened.Type) && !(IgnoresBots && happened.IsByBot)
        && (Channels.Count == 0 || Channels.Any(wanted => wanted == happened.ChannelId || (happened.ChannelName is { } name && wanted.TrimStart('#') == name)))
        && (Keywords.Count == 0 || Keywords.Any(word => happened.Text.Contains(word, StringComparison.OrdinalIgnoreCase)))
        && (Users.Count == 0 || Users.Contains(happened.UserId))
        && happened.Text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        && (!RequiresMention || happened.MentionsBot) && (!RequiresThread || happened.Thread is not null);
}
