using System.Text.Json.Serialization;

namespace AiTeams.HumanInTheLoop.Questions;

/// <summary>Who answers, as far as the way the answer came proves it (domain section 6.4).</summary>
/// <param name="Platform">The channel that vouches for it: in_app, email, slack, webhook.</param>
/// <param name="PlatformUserId">What the channel calls the person: an address, the id of a Slack user; null where it only knows that the link was sent there.</param>
internal sealed record Responder(
    Guid? UserId, string? Username, string? DisplayName, string? Email, string Platform, string? PlatformUserId)
{
    /// <summary>One vote per person: the surest name there is.</summary>
    [JsonIgnore]
    public string Voter => UserId is { } user ? $"user:{user:D}"
        : Email is { Length: > 0 } email ? $"email:{email.ToLowerInvariant()}"
        : $"{Platform}:{PlatformUserId ?? "somebody"}";

    /// <summary>Whether it is known who it is, and not only that a link was sent to a place.</summary>
    [JsonIgnore]
    public bool IsKnown => UserId is not null || Email is { Length: > 0 } || PlatformUserId is { Length: > 0 };

    [JsonIgnore]
    public string Shown => DisplayName ?? Email ?? Username ?? PlatformUserId ?? "somebody with the link";

    public static Responder User(Guid id, string? email) => new(id, null, null, email, "in_app", id.ToString("D"));

    /// <summary>Whether one entry of a list of people means this person: a user's id, an address, the id of a Slack user.</summary>
    public bool Is(string entry) =>
        (UserId is { } user && Guid.TryParse(entry, out var id) && id == user)
        || (Email is { Length: > 0 } && string.Equals(entry.Trim(), Email, StringComparison.OrdinalIgnoreCase))
        || (PlatformUserId is { Length: > 0 } && string.Equals(entry.Trim().TrimStart('@'), PlatformUserId, StringComparison.Ordinal));
}
