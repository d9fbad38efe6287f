namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>What one expression may cost. The figures are generous for people and small for an attacker.</summary>
public static class ExpressionLimits
{
    public const int MaxLength = 10_000;

    /// <summary>Parentheses, lists, calls inside one another.</summary>
    public const int MaxNesting = 64;

    /// <summary>Height of the compiled tree, so that evaluating cannot exhaust the stack.</summary>
    public const int MaxHeight = 400;

    /// <summary>
    /// Operations of one evaluation. Whatever it allocates counts too, a step for every <see cref="BytesPerStep"/>: an evaluation
    /// makes at most 64 MB in all, whatever becomes of it.
    /// </summary>
    public const int MaxSteps = 1_000_000;

    /// <summary>Operations of all evaluations one node makes over its items.</summary>
    public const int MaxStepsPerNode = 5_000_000;

    /// <summary>How much memory costs one step.</summary>
    public const int BytesPerStep = 64;

    /// <summary>Characters of any text an expression or template makes.</summary>
    public const int MaxTextLength = 1_000_000;

    /// <summary>Weight of what one node takes in, is configured with, or gives: see <see cref="Data.JsonData.Weight"/>.</summary>
    public const long MaxPayloadWeight = 64 * 1024 * 1024;

    /// <summary>Items of any list, fields of any object an expression makes.</summary>
    public const int MaxItems = 100_000;

    /// <summary>Lists and objects inside one another in what an expression makes: whoever walks a value does so on the stack.</summary>
    public const int MaxDepth = 512;

    public const int MaxPatternLength = 500;

    public static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(250);
}
