using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// fuzzy_match: a text that is nearly the expected one, or nearly one of several. How near is 1 less the share of letters that would have to
/// be added, removed or replaced (Levenshtein), after spaces around are dropped.
/// </summary>
internal sealed class FuzzyCondition(string field, JsonData expected, double threshold, ConditionOptions options) : Condition
{
    public const double UsualThreshold = 0.8;

    // Comparing takes the product of both lengths.
    private const int MaxLength = 1000;

    public override bool Holds(JsonData item, Func<JsonData, ExpressionScope> scope)
    {
        var value = options.Nested ? Values.Path(item, field) : item[field];
        if (value.IsNull)
        {
            return options.NullHandling == "include" || (options.NullHandling == "treat_as_empty" && IsNear("", scope(item)));
        }

        return value.IsArray || value.IsObject
            ? throw new ConditionException($"The field holds {JsonKinds.Describe(value)}, not a text.")
            : IsNear(value.ToDisplayText(), scope(item));
    }

    /// <summary>From 0 for texts that have nothing in common to 1 for the same.</summary>
    public static double Similarity(string left, string right)
    {
        if (left.Length == 0 || right.Length == 0)
        {
            return left.Length == right.Length ? 1 : 0;
        }

        var row = new int[right.Length + 1];
        for (var at = 0; at <= right.Length; at++)
        {
            row[at] = at;
        }

        for (var line = 1; line <= left.Length; line++)
        {
            var diagonal = row[0];
            row[0] = line;
            for (var at = 1; at <= right.Length; at++)
            {
                var replaced = diagonal + (left[line - 1] == right[at - 1] ? 0 : 1);
                diagonal = row[at];
                row[at] = Math.Min(replaced, Math.Min(row[at], row[at - 1]) + 1);
            }
        }

        return 1 - ((double)row[right.Length] / Math.Max(left.Length, right.Length));
    }

    private bool IsNear(string text, ExpressionScope scope)
    {
        foreach (var candidate in expected.IsArray ? expected.Items : [expected])
        {
            var (left, right) = (Prepared(text), Prepared(candidate.ToDisplayText()));
            Charge((long)left.Length * right.Length / 16, scope);
            if (Similarity(left, right) >= threshold)
            {
                return true;
            }
        }

        return false;
    }

    private static void Charge(long steps, ExpressionScope scope)
    {
        var evaluation = new Evaluation(scope);
        try
        {
            evaluation.Spend(0, 1 + steps);
        }
        finally
        {
            evaluation.Settle();
        }
    }

    private string Prepared(string text)
    {
        text = text.Trim();
        text = text.Length > MaxLength ? text[..MaxLength] : text;
        return options.IgnoreCase ? text.ToUpperInvariant() : text;
    }
}
