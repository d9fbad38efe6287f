namespace AiTeams.Scheduler.Firing;

/// <summary>What became of a delivery: an execution, or a place in the queue until an engine takes it.</summary>
/// <param name="ExecutionId">Null while it is queued.</param>
/// <param name="Status">The execution's, or "QUEUED".</param>
/// <param name="IsReplay">The delivery had come before.</param>
/// <param name="Output">What the last nodes gave, as JSON text in UTF-8, when it was waited for and ended SUCCESS; else empty.</param>
internal sealed record FiringOutcome(string? ExecutionId, string Status, bool IsReplay, ReadOnlyMemory<byte> Output)
{
    public static FiringOutcome Queued { get; } = new(null, "QUEUED", IsReplay: false, default);

    public bool IsQueued => ExecutionId is null;
}
