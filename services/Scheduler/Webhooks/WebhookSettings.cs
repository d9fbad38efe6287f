using System.Text.Json.Nodes;
using AiTeams.Scheduler.Triggers;

namespace AiTeams.Scheduler.Webhooks;

/// <summary>How a caller shows that he may.</summary>
internal enum CallerCheck
{
    None,
    HeaderToken,
    QueryParam,
    Signature,
}

/// <summary>How a body is signed.</summary>
internal enum SignatureScheme
{
    HmacSha256,
    StandardWebhooks,
}

/// <summary>What the caller waits for.</summary>
internal enum ResponseMode
{
    Immediately,
    LastNode,
    Node,
    Stream,
}

/// <summary>What the caller gets the workflow's output as.</summary>
internal enum ResponseFormat
{
    Json,
    Text,
    Html,
}

/// <summary>A webhook node's configuration with its defaults; the parameters are described in the node's specification.</summary>
internal sealed record WebhookSettings
{
    public const int LongestTimeout = 60;

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    public IReadOnlyList<string> AllowedMethods { get; private init; } = ["POST"];

    public CallerCheck Authentication { get; private init; }

    /// <summary>The token, or what signatures are made with; "" when there is none.</summary>
    public string Secret { get; private init; } = "";

    /// <summary>Header or query parameter that carries the token.</summary>
    public string TokenName { get; private init; } = "";

    public SignatureScheme SignatureScheme { get; private init; }

    public string SignatureHeader { get; private init; } = "";

    public ResponseMode ResponseMode { get; private init; }

    /// <summary>Whose output answers, or is streamed; "" for none in particular.</summary>
    public string ResponseNode { get; private init; } = "";

    public TimeSpan ResponseTimeout { get; private init; }

    public ResponseFormat ResponseFormat { get; private init; }

    /// <summary>Bodies of types that are not parsed are taken too, as base64.</summary>
    public bool AcceptsAnyType { get; private init; }

    /// <summary>Reads a configuration and tells what is wrong with it. A webhook with a fault is not deployed, and if it were, not answered.</summary>
    public static (WebhookSettings Settings, IReadOnlyList<SettingFault> Faults) Read(JsonObject configuration)
    {
        var from = new SettingReader(configuration);
        var authentication = from.Choice("authentication", CallerCheck.None);
        var settings = new WebhookSettings
        {
            AllowedMethods = from.Names("allowed_methods", Methods, ["POST"]),
            Authentication = authentication,
            Secret = from.Text("auth_token", ""),
            TokenName = from.HeaderName("token_name", authentication == CallerCheck.QueryParam ? "token" : "X-Webhook-Token"),
            SignatureScheme = from.Choice("signature_scheme", SignatureScheme.HmacSha256),
            SignatureHeader = from.HeaderName("signature_header", "X-Signature"),
            ResponseMode = from.Choice("response_mode", ResponseMode.Immediately),
            ResponseNode = from.Text("response_node", ""),
            ResponseTimeout = TimeSpan.FromSeconds(from.Whole("response_timeout_seconds", 30, 1, LongestTimeout)),
            ResponseFormat = from.Choice("response_format", ResponseFormat.Json),
            AcceptsAnyType = from.Flag("accept_any_type"),
        };
        return (settings, [.. from.Faults, .. settings.Contradictions()]);
    }

    private IEnumerable<SettingFault> Contradictions()
    {
        if (Authentication != CallerCheck.None && string.IsNullOrWhiteSpace(Secret))
        {
            yield return new("missing_secret", "auth_token", "A webhook that checks its callers needs a secret: without one nobody could be told from anybody.");
        }
        else if (Authentication != CallerCheck.None && Secret.Contains("{{", StringComparison.Ordinal))
        {
            yield return new("placeholder_left", "auth_token", "A placeholder is no secret: put the real one in its place.");
        }
        else if (Authentication == CallerCheck.Signature && SignatureScheme == SignatureScheme.StandardWebhooks && StandardWebhooks.KeyOf(Secret) is null)
        {
            yield return new("invalid_secret", "auth_token", "A Standard Webhooks secret is whsec_ and the base64 of 16 to 64 bytes.");
        }

        if (ResponseMode == ResponseMode.Node && ResponseNode.Length == 0)
        {
            yield return new("missing_response_node", "response_node", "With response_mode node, response_node names the node whose output answers.");
        }
    }
}
