namespace AiTeams.ServiceDefaults.Errors;

/// <summary>A refusal with everything its answer needs. The one mapper turns it into problem+json or a gRPC status.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">Stable and lower_snake_case; the last part of the problem's type.</param>
/// <param name="title">The same for every occurrence of this code.</param>
/// <param name="detail">About this occurrence. Goes to the client: never put another user's data or internals here.</param>
public sealed class ProblemException(int status, string code, string title, string? detail = null) : Exception(detail ?? title)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public string Title { get; } = title;

    public string? Detail { get; } = detail;

    /// <summary>Every single thing wrong, for answers that list them.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>When to try again; answered as Retry-After.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
