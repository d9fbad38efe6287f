namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>One thing wrong with a document. The pointer is RFC 6901, "" for the document as a whole; the hint says what would be right.</summary>
public sealed record ValidationProblem(
    string Code, string Message, string Pointer, string? NodeId = null, string? Hint = null, bool IsWarning = false);

/// <summary>The document is there when it could be read at all, errors or not; only without errors may it be run.</summary>
public sealed record ValidationResult(
    WorkflowDocument? Document, IReadOnlyList<ValidationProblem> Errors, IReadOnlyList<ValidationProblem> Warnings)
{
    public bool IsValid => Document is not null && Errors.Count == 0;
}
