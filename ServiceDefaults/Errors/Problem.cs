namespace AiTeams.ServiceDefaults.Errors;

/// <summary>One thing wrong with a request.</summary>
/// <param name="Code">Stable and lower_snake_case; programs decide by it.</param>
/// <param name="Message">One sentence for a person.</param>
/// <param name="Pointer">Where in the request's body, as a JSON pointer (RFC 6901); empty for the body as a whole.</param>
public sealed record Problem(string Code, string Message, string Pointer)
{
    /// <summary>The workflow node concerned, where there is one.</summary>
    public string? NodeId { get; init; }

    /// <summary>What would put it right.</summary>
    public string? Hint { get; init; }
}
