using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

internal sealed class Call(int position, Function function, Syntax[] arguments) : Syntax(position, Above(arguments))
{
    protected override JsonData Compute(Evaluation evaluation) => function.Invoke(new Arguments(arguments, evaluation, Position));
}

/// <summary>The arguments of one call, evaluated when asked for: <c>if</c>, <c>and</c>, <c>or</c> do not need them all.</summary>
internal readonly struct Arguments(Syntax[] syntax, Evaluation evaluation, int position)
{
    public int Count => syntax.Length;

    public int Position => position;

    public Evaluation Evaluation => evaluation;

    public JsonData this[int index] => index < syntax.Length ? syntax[index].Evaluate(evaluation) : default;

    public string Text(int index) => evaluation.Display(this[index], position);

    /// <summary>The pattern compiled ahead of time when it stands in the expression literally.</summary>
    public Pattern? LiteralPattern(int index) => (syntax[index] as PatternLiteral)?.Pattern;
}

/// <summary>A text literal in the place of a regular expression: compiled with the expression.</summary>
internal sealed class PatternLiteral(int position, string text, Pattern pattern) : Syntax(position, 1)
{
    public Pattern Pattern => pattern;

    protected override JsonData Compute(Evaluation evaluation) => text;
}
