using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>One compiled expression. Immutable: many executions may evaluate it at once.</summary>
public sealed class Expression
{
    private readonly Syntax _root;

    private Expression(Syntax root, IReadOnlyList<string> nodeReferences)
    {
        _root = root;
        NodeReferences = nodeReferences;
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
            ? new Expression(root, parser.NodeReferences)
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
        return (new Expression(root, parser.NodeReferences), end + 2);
    }

    /// <exception cref="ExpressionException">A limit was passed.</exception>
    public JsonData Evaluate(ExpressionScope scope) => _root.Evaluate(new Evaluation(scope));

    public bool IsTrue(ExpressionScope scope) => Values.IsTruthy(Evaluate(scope));

    internal JsonData Evaluate(Evaluation evaluation) => _root.Evaluate(evaluation);

    private static void CheckLength(ReadOnlySpan<char> source, int position)
    {
        if (source.Length > ExpressionLimits.MaxLength)
        {
            throw new ExpressionException($"An expression may have at most {ExpressionLimits.MaxLength} characters.", position);
        }
    }
}
