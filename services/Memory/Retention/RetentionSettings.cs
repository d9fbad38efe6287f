namespace AiTeams.Memory.Retention;

/// <summary>How long memories are kept that nobody has deleted.</summary>
internal sealed class RetentionSettings
{
    public const string Section = "Memory:Retention";

    /// <summary>
    /// Conversation messages older than this many days are forgotten. Null, unless somebody decides otherwise: they are the user's, and
    /// nothing of a user's vanishes by surprise.
    /// </summary>
    public int? ConversationDays { get; set; }

    public bool IsValid => ConversationDays is null or >= 1;
}
