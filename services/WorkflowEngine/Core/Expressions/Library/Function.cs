using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions.Library;

/// <summary>
/// A function of the language: pure, and charging its evaluation for what it walks and makes. What it cannot make sense of gives
/// null; only a mistake in the expression itself (a pattern, a zone, a unit there is not) is an error.
/// </summary>
internal sealed record Function(string Name, int MinArguments, int MaxArguments, Func<Arguments, JsonData> Invoke)
{
    public const int Any = int.MaxValue;

    /// <summary>Other names people write it by.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Which argument is evaluated once per item: a function <c>x => …</c>, an expression over the item, or a path. -1 for none.</summary>
    public int PerItem { get; init; } = -1;

    /// <summary>Whether only a function with named parameters will do there.</summary>
    public bool NeedsParameters { get; init; }

    /// <summary>Which argument is a regular expression, compiled ahead when it stands there literally.</summary>
    public int Pattern { get; init; } = Any;
}
