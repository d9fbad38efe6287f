using System.Text.Json.Nodes;
using AiTeams.Scheduler.Triggers;
using AiTeams.Scheduler.Webhooks;

namespace AiTeams.Scheduler.Mail;

/// <summary>How messages come in.</summary>
internal enum EmailProvider
{
    Imap,
    Webhook,
    GmailApi,
    OutlookApi,
}

/// <summary>How the connection to a mail server is protected: from its first byte, after a word, or not at all.</summary>
internal enum MailSecurity
{
    Tls,
    Starttls,
    None,
}

/// <summary>Where a mailbox is and who reads it.</summary>
/// <param name="Security">tls from the first byte, starttls, or none.</param>
internal sealed record MailboxServer(string Host, int Port, string Security, string Username, string Password);

/// <summary>An EMAIL trigger's configuration with its defaults. Pure.</summary>
internal sealed record EmailSettings
{
    public const string SecretParameter = "webhook_secret";
    public const int LongestAddress = 255;

    private const string ProviderParameter = "email_provider";
    private const string ServerParameter = "server_config";
    private const string CredentialsParameter = "credentials";
    private const string CriteriaParameter = "filter_criteria";
    private static readonly string[] Criteria = ["from", "to", "subject", "body"];

    public EmailProvider Provider { get; private init; }

    /// <summary>Of the mailbox, in lower case: what a message's recipients are compared with.</summary>
    public string Address { get; private init; } = "";

    public MailboxServer Server { get; private init; } = new("", 0, "", "", "");

    public string Folder { get; private init; } = "INBOX";

    public TimeSpan PollingInterval { get; private init; }

    public AttachmentRules Attachments { get; private init; } = AttachmentRules.None;

    private IReadOnlyList<string> Keywords { get; init; } = [];

    private IReadOnlyList<string> Senders { get; init; } = [];

    private IReadOnlyDictionary<string, string> Contains { get; init; } = new Dictionary<string, string>();

    public static (EmailSettings Settings, IReadOnlyList<SettingFault> Faults) Read(JsonObject configuration)
    {
        var from = new SettingReader(configuration);
        var faults = new List<SettingFault>();
        var provider = from.Choice(ProviderParameter, EmailProvider.Imap);
        if (provider is EmailProvider.GmailApi or EmailProvider.OutlookApi)
        {
            faults.Add(new("unsupported_provider", ProviderParameter, "Mailboxes are read by IMAP, or hand their messages to the webhook; both providers offer IMAP."));
        }

        var server = provider == EmailProvider.Imap ? ReadServer(configuration, faults) : new MailboxServer("", 0, "", "", "");
        if (provider == EmailProvider.Webhook && from.Secret(SecretParameter) is { Length: > 0 } secret && StandardWebhooks.KeyOf(secret) is null)
        {
            faults.Add(new("invalid_secret", SecretParameter, "A Standard Webhooks secret is whsec_ and the base64 of 16 to 64 bytes."));
        }

        // Where a mailbox's user is called otherwise than the mailbox, the two together say which one it is.
        var fallback = server.Username.Contains('@', StringComparison.Ordinal) ? server.Username : $"{server.Username}@{server.Host}";
        var address = from.Text("address", provider == EmailProvider.Imap ? fallback : "").Trim().ToLowerInvariant();
        if (!IsAddress(address) && (provider == EmailProvider.Webhook || configuration["address"] is not null))
        {
            faults.Add(new("invalid_address", "address", $"address is the mailbox's e-mail address, as in office@example.org, at most {LongestAddress} characters."));
        }

        var settings = new EmailSettings
        {
            Provider = provider,
            Address = address,
            Server = server,
            Folder = from.Text("mailbox", "INBOX") is { Length: > 0 } folder ? folder : "INBOX",
            PollingInterval = TimeSpan.FromSeconds(from.Whole("polling_interval", 300, 30, 3600)),
            Keywords = from.Texts("subject_keywords"),
            Senders = from.Texts("sender_whitelist"),
            Contains = ReadCriteria(configuration[CriteriaParameter], faults),
            Attachments = new AttachmentRules(
                from.Flag("process_attachments", true),
                configuration["attachment_types"] is null ? AttachmentRules.UsualTypes : from.Texts("attachment_types"),
                from.Whole("max_attachment_size", 10_485_760, 1024, 52_428_800)),
        };
        return (settings, [.. from.Faults, .. faults]);
    }

    /// <summary>Whether the message is one this trigger waits for. Letter case counts nowhere; a sender is an address, or a domain as in @example.com.</summary>
    public bool Wants(ReceivedMail mail) =>
        (Keywords.Count == 0 || Keywords.Any(word => Has(mail.Subject, word)))
        && (Senders.Count == 0 || Senders.Any(sender => IsFrom(mail.Sender, sender.Trim())))
        && Contains.All(wanted => wanted.Key switch
        {
            "from" => Has(mail.From, wanted.Value),
            "to" => mail.To.Any(one => Has(one, wanted.Value)) || mail.Recipients.Any(one => Has(one, wanted.Value)),
            "subject" => Has(mail.Subject, wanted.Value),
            _ => Has(mail.Text, wanted.Value) || Has(mail.Html, wanted.Value),
        });

    /// <summary>One @ with something without spaces on either side: enough to be told apart, and to be found by what a message says.</summary>
    public static bool IsAddress(string text) =>
        text.Length <= LongestAddress && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at == text.LastIndexOf('@') && at < text.Length - 1
        && !text.Any(static letter => char.IsWhiteSpace(letter) || char.IsControl(letter) || letter is '<' or '>' or ',');

    private static MailboxServer ReadServer(JsonObject configuration, List<SettingFault> faults)
    {
        var server = new SettingReader(configuration[ServerParameter] as JsonObject ?? []);
        var credentials = new SettingReader(configuration[CredentialsParameter] as JsonObject ?? []);
        var security = server.Choice("security", server.Flag("use_ssl", true) ? MailSecurity.Tls : MailSecurity.Starttls);
        var port = server.Whole("port", 993, 1, 65535);
        var read = new MailboxServer(
            server.Text("host", "").Trim(), port, security.ToString().ToLowerInvariant(), credentials.Text("username", ""), credentials.Text("password", ""));
        faults.AddRange(server.Faults.Select(fault => fault with { Parameter = ServerParameter }));
        faults.AddRange(credentials.Faults.Select(fault => fault with { Parameter = CredentialsParameter }));

        // An empty host would mean the operator's own mailbox, which is nobody's to listen to.
        if (read.Host.Length is 0 or > LongestAddress)
        {
            faults.Add(new("missing_server", ServerParameter, "server_config.host names the IMAP server the mailbox is on."));
        }

        if (read.Username.Length is 0 or > LongestAddress || read.Password.Length == 0)
        {
            faults.Add(new("missing_credentials", CredentialsParameter, "credentials hold the username and the password the mailbox is read with."));
        }

        return read;
    }

    private static Dictionary<string, string> ReadCriteria(JsonNode? value, List<SettingFault> faults)
    {
        var criteria = new Dictionary<string, string>(StringComparer.Ordinal);
        if (value is not null and not JsonObject)
        {
            faults.Add(new("invalid_value", CriteriaParameter, $"{CriteriaParameter} is an object with texts under {string.Join(", ", Criteria)}."));
        }

        foreach (var (name, wanted) in value as JsonObject ?? [])
        {
            if (Criteria.Contains(name) && wanted is JsonValue text && text.TryGetValue(out string? found))
            {
                criteria[name] = found;
            }
            else
            {
                faults.Add(new("invalid_value", CriteriaParameter, $"{CriteriaParameter} holds texts under {string.Join(", ", Criteria)}; '{name}' is none of these."));
            }
        }

        return criteria;
    }

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static bool IsFrom(string sender, string wanted) => wanted.StartsWith('@')
        ? sender.EndsWith(wanted, StringComparison.OrdinalIgnoreCase)
        : sender.Equals(wanted, StringComparison.OrdinalIgnoreCase);
}
