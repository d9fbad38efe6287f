namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Collects problems while the rules look at a document.</summary>
internal sealed class Findings
{
    // A hostile document could have a problem per byte.
    private const int Max = 1000;
    private readonly List<ValidationProblem> _problems = [];

    public IReadOnlyList<ValidationProblem> All => _problems;

    public void Error(string code, string message, string pointer, string? nodeId = null, string? hint = null) =>
        Add(new(code, message, pointer, nodeId, hint));

    public void Warning(string code, string message, string pointer, string? nodeId = null, string? hint = null) =>
        Add(new(code, message, pointer, nodeId, hint, IsWarning: true));

    public void Add(ValidationProblem problem)
    {
        if (_problems.Count < Max)
        {
            _problems.Add(problem);
        }
    }
}
