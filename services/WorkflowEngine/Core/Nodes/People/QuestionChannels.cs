using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>Where a question is put: the subtype's channel first, then the further ones, each with its settings, its secrets kept apart.</summary>
/// <param name="First">slack, email, webhook or in_app.</param>
/// <param name="Settings">By channel, what people may read.</param>
/// <param name="Secrets">By channel, what only the service that sends may read.</param>
internal sealed record QuestionChannels(string First, JsonData Settings, JsonData Secrets)
{
    public static readonly string[] All = ["slack", "email", "webhook", "in_app"];

    private static readonly string[] SecretNames = ["bot_token", "signing_secret", "secret", "smtp", "imap", "headers", "credentials"];

    public static QuestionChannels Of(JsonData configuration, string channel)
    {
        var names = Names(configuration, channel);
        var settings = new JsonObjectBuilder();
        var secrets = new JsonObjectBuilder();
        foreach (var name in names)
        {
            var (shown, hidden) = Split(SettingsOf(configuration, name, isFirst: name == names[0]));
            settings.Set(name, shown);
            if (hidden.Count > 0)
            {
                secrets.Set(name, hidden);
            }
        }

        return new(names[0], settings.Build(), secrets.Build());
    }

    /// <summary>The channels in the order they are used, each once.</summary>
    public static IReadOnlyList<string> Names(JsonData configuration, string channel) =>
        [.. QuestionBuilder.Texts(configuration["channels"]).Where(name => All.Contains(name)).Prepend(QuestionBuilder.Filled(configuration["channel_type"]) ?? channel).Distinct()];

    /// <summary>
    /// A channel's settings: the subtype's own parameters, over them <c>channel_config.&lt;channel&gt;</c>; for the first channel channel_config may also be flat.
    /// </summary>
    public static JsonData SettingsOf(JsonData configuration, string name, bool isFirst)
    {
        var config = configuration["channel_config"];
        var settings = name switch
        {
            "slack" => Named(configuration, ("channel", "channel"), ("bot_token", "bot_token"), ("signing_secret", "signing_secret"), ("auto_thread", "auto_thread")),
            "email" => Named(
                configuration, ("sender_email", "from"), ("recipient_emails", "to"), ("email_subject", "subject"), ("gmail_credentials", "credentials"),
                ("outlook_credentials", "credentials"), ("priority_level", "importance"))
                .With("provider", configuration["gmail_credentials"].IsNull ? configuration["outlook_credentials"].IsNull ? "smtp" : "outlook" : "gmail"),
            _ => JsonData.EmptyObject,
        };
        var flat = isFirst && config.IsObject && !All.Any(one => config[one].IsObject) ? config : config[name];
        settings = flat.IsObject ? settings.Overlay(flat) : settings;

        // Whoever is named as a reviewer by an address is written to when nobody else is.
        return name == "email" && settings["to"].IsNull
            ? settings.With("to", JsonData.Array(QuestionBuilder.Texts(configuration["approvers"]).Concat(QuestionBuilder.Texts(configuration["reviewers"]))
                .Where(text => text.Contains('@', StringComparison.Ordinal)).Select(text => (JsonData)text)))
            : settings;
    }

    private static JsonData Named(JsonData configuration, params ReadOnlySpan<(string From, string To)> names)
    {
        var settings = new JsonObjectBuilder();
        foreach (var (from, to) in names)
        {
            if (configuration[from] is { IsNull: false } value)
            {
                settings.Set(to, value);
            }
        }

        return settings.Build();
    }

    private static (JsonData Shown, JsonData Hidden) Split(JsonData settings)
    {
        var shown = new JsonObjectBuilder();
        var hidden = new JsonObjectBuilder();
        foreach (var (name, value) in settings.Fields)
        {
            (SecretNames.Contains(name) ? hidden : shown).Set(name, value);
        }

        return (shown.Build(), hidden.Build());
    }
}
