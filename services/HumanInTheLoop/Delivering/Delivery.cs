using System.Text.Json;
using AiTeams.HumanInTheLoop.Deciding;

namespace AiTeams.HumanInTheLoop.Delivering;

/// <summary>One message to one recipient that is to be sent now.</summary>
/// <param name="Channel">slack, email or webhook.</param>
/// <param name="Occasion">request, warning, escalated, approved, rejected, completed, timeout, cancelled or clarification.</param>
/// <param name="Attempts">This one included.</param>
/// <param name="Variables">What the text says besides what the question says.</param>
/// <param name="Secrets">The channel's own; undefined when it has none.</param>
/// <param name="Thread">The reference of the message that put the question to this recipient; null when this one does, or none was sent.</param>
internal sealed record Delivery(
    Guid Id, string Channel, string Recipient, string Occasion, int Attempts, JsonElement Variables, JsonElement Secrets, string? Thread, Interaction Interaction)
{
    /// <summary>Whether it asks for something: without an open question there is nothing to ask.</summary>
    public bool Asks => Occasion is "request" or "warning" or "escalated" or "clarification";

    /// <summary>Whether it puts the question to somebody for the first time.</summary>
    public bool PutsTheQuestion => Occasion is "request" or "escalated";
}

/// <summary>What came of an attempt.</summary>
internal abstract record DeliveryResult
{
    /// <summary>It has gone; the channel knows it by this name.</summary>
    internal sealed record Sent(string Reference) : DeliveryResult;

    /// <summary>It may go the next time.</summary>
    /// <param name="After">Not before that, when the other side has said so.</param>
    /// <param name="IsOurs">The way out itself was away: that is no fault of the channel and is no attempt.</param>
    internal sealed record Again(string Reason, TimeSpan? After = null, bool IsOurs = false) : DeliveryResult;

    /// <summary>It never will.</summary>
    internal sealed record Failed(string Reason) : DeliveryResult;
}
