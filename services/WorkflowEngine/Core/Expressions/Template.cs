using System.Text;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>A string with <c>{{ expressions }}</c> in it. One that is a single expression gives the value itself, not its text.</summary>
public sealed class Template
{
    /// <summary>Marks a configuration value somebody still has to fill in. It is not an expression.</summary>
    public const string Placeholder = "{{$placeholder}}";

    private readonly (string? Text, Expression? Expression)[] _parts;

    private Template((string? Text, Expression? Expression)[] parts)
    {
        _parts = parts;
        NodeReferences = parts.SelectMany(part => part.Expression?.NodeReferences ?? []).ToArray();
    }

    public IReadOnlyList<string> NodeReferences { get; }

    public static bool IsTemplate(string text) =>
        text.Contains("{{", StringComparison.Ordinal)
        && text.Replace(Placeholder, "", StringComparison.Ordinal).Contains("{{", StringComparison.Ordinal);

    public static bool HasPlaceholder(string text) => text.Contains(Placeholder, StringComparison.Ordinal);

    /// <exception cref="ExpressionException">One of the expressions does not compile.</exception>
    public static Template Compile(string source)
    {
        var parts = new List<(string?, Expression?)>();
        var at = 0;
        while (at < source.Length)
        {
            var open = source.IndexOf("{{", at, StringComparison.Ordinal);
            if (open < 0)
            {
                parts.Add((source[at..], null));
                break;
            }

            if (open > at)
            {
                parts.Add((source[at..open], null));
            }

            if (string.CompareOrdinal(source, open, Placeholder, 0, Placeholder.Length) == 0)
            {
                parts.Add((Placeholder, null));
                at = open + Placeholder.Length;
                continue;
            }

            var (expression, end) = Expression.CompileInBraces(source, open + 2);
            parts.Add((null, expression));
            at = end;
        }

        return new Template(parts.ToArray());
    }

    /// <exception cref="ExpressionException">A limit was passed.</exception>
    public JsonData Render(ExpressionScope scope)
    {
        if (_parts is [{ Expression: { } only }])
        {
            return only.Evaluate(scope);
        }

        var text = new StringBuilder();
        foreach (var (literal, expression) in _parts)
        {
            text.Append(literal ?? Display(expression!.Evaluate(scope)));
            if (text.Length > ExpressionLimits.MaxTextLength)
            {
                throw new ExpressionException($"The text grows beyond {ExpressionLimits.MaxTextLength} characters.", 0);
            }
        }

        return text.ToString();
    }

    private static string Display(JsonData value) => value.Weight <= ExpressionLimits.MaxTextLength
        ? value.ToDisplayText()
        : throw new ExpressionException($"The text grows beyond {ExpressionLimits.MaxTextLength} characters.", 0);
}
