namespace AiTeams.HumanInTheLoop.Links;

/// <summary>Under which address people reach the platform; section HumanInTheLoop.</summary>
internal sealed class LinkSettings
{
    public const string Section = "HumanInTheLoop";

    /// <summary>Scheme, host and port that links in messages begin with.</summary>
    public string PublicUrl { get; set; } = "http://localhost:8080";
}
