using System.Globalization;
using System.Text;

namespace AiTeams.ServiceDefaults.Signatures;

/// <summary>How Slack signs what it sends (api.slack.com, "Verifying requests from Slack").</summary>
public static class SlackSignature
{
    public const string TimestampHeader = "X-Slack-Request-Timestamp";
    public const string SignatureHeader = "X-Slack-Signature";

    private const string Prefix = "v0=";
    private static readonly TimeSpan LongestAge = TimeSpan.FromMinutes(5);

    /// <summary>Of the requests' form v0:timestamp:body. False without a secret.</summary>
    public static bool IsRight(string secret, string timestamp, string signature, ReadOnlyMemory<byte> body) =>
        HmacSignature.IsRight(secret, Prefix, signature, Encoding.UTF8.GetBytes($"v0:{timestamp}:"), body);

    /// <summary>Within five minutes of now, either way; digits alone, so that one moment has one spelling.</summary>
    public static bool IsRecent(string timestamp, DateTimeOffset now) =>
        timestamp.Length <= 12 && long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs(now.ToUnixTimeSeconds() - seconds) <= LongestAge.TotalSeconds;
}
