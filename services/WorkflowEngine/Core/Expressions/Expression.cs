using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>One compiled expression. Immutable: many executions may evaluate it at once.</summary>
public sealed class Expression
{
    private readonly Syntax _root;
    private readonly int _locals;

    private Expression(Parser parser, Syntax root)
    {
        _root = root;
        _locals = parser.Locals;
        NodeReferences = parser.NodeReferences;
    }

    /// <summary>Ids or names of nodes the expression reads, as far as they stand in it literally.</summary>
    public IReadOnlyList<string> NodeReferences { get; }

    /// <summary>Compiles a whole string, which may stand in one pair of <c>{{ }}</c>.</summary>
    /// <exception cref="ExpressionException">It is not an expression.</exception>
    public static Expression Compile(string source)
    {
        CheckLength(source, 0);
        var begin = 0;
        while (begin < source.Length && char.IsWhiteSpace(source[begin]))
        {
            begin++;
        }

        if (string.CompareOrdinal(source, begin, "{{", 0, 2) == 0)
        {
            var (inner, end) = CompileInBraces(source, begin + 2);
            return source.AsSpan(end).IsWhiteSpace()
                ? inner
                : throw new ExpressionException("Nothing may follow the closing braces.", end);
        }

        var parser = new Parser(source, begin);
        var root = parser.ReadExpression();
        return parser.Rest.Kind == TokenKind.End
            ? new Expression(parser, root)
            : throw new ExpressionException($"Unexpected '{parser.Rest.Text}'.", parser.Rest.Position);
    }

    /// <summary>Compiles from behind <c>{{</c> and gives the place behind <c>}}</c>.</summary>
    internal static (Expression Expression, int End) CompileInBraces(string source, int start)
    {
        var parser = new Parser(source, start);
        var root = parser.ReadExpression();
        var end = parser.Rest.Position;
        if (string.CompareOrdinal(source, end, "}}", 0, 2) != 0)
        {
            throw parser.Rest.Kind == TokenKind.End
                ? new ExpressionException("'}}' is missing.", end)
                : new ExpressionException($"Unexpected '{parser.Rest.Text}'.", end);
        }

        CheckLength(source.AsSpan(start, end - start), start);
        return (new Expression(parser, root), end + 2);
    }

    /// <exception cref="ExpressionException">A limit was passed.</exception>
    public JsonData Evaluate(ExpressionScope scope) => Evaluate(scope, out _);

    public bool IsTrue(ExpressionScope scope) => Values.IsTruthy(Evaluate(scope));

    /// <summary>With what it cost: <see cref="ExpressionLimits.MaxSteps"/> is the most there can be.</summary>
    internal JsonData Evaluate(ExpressionScope scope, out long steps)
    {
        var evaluation = new Evaluation(scope, _locals);
        try
        {
            return _root.Evaluate(evaluation);
        }
        finally
        {
            steps = evaluation.Spent;
            evaluation.Settle();
        }
    }

    private static void CheckLength(ReadOnlySpan<char> source, int position)
    {
        if (source.Length > ExpressionLimits.MaxLength)
        {
            throw new ExpressionException($"An expression may have at most {ExpressionLimits.MaxLength} characters.", position);
        }
    }
}
