namespace AiTeams.WorkflowEngine.Executions.Reading;

/// <summary>The public handle of an execution in a route. Text that cannot be one becomes the empty text, which is not found.</summary>
internal readonly record struct ExecutionId(string Value)
{
    private const int Longest = 255;

    public static bool TryParse(string? text, IFormatProvider? provider, out ExecutionId id)
    {
        _ = provider;
        id = new(text is { Length: <= Longest } && !text.Contains('\0', StringComparison.Ordinal) ? text : "");
        return true;
    }
}
