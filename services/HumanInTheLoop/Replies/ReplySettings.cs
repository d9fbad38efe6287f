namespace AiTeams.HumanInTheLoop.Replies;

/// <summary>How often replies are looked for; section HumanInTheLoop:Replies.</summary>
internal sealed class ReplySettings
{
    public const string Section = "HumanInTheLoop:Replies";

    /// <summary>Seconds between two looks into a mailbox.</summary>
    public double MailSeconds { get; set; } = 10;
}
