namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>What a version says about itself beside its document.</summary>
/// <param name="Changes">JSON of <see cref="ChangeSummary"/> against the version before; null for the first.</param>
internal sealed record VersionRow(int Version, int? RestoredFrom, string? Changes)
{
    public static VersionRow First { get; } = new(1, null, null);
}
