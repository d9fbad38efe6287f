using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>One evaluation under way: what it sees, and what it has left to spend.</summary>
internal sealed class Evaluation(ExpressionScope scope)
{
    private long _steps;

    public ExpressionScope Scope => scope;

    public void Spend(int position, long steps = 1)
    {
        _steps += steps;
        if (_steps > ExpressionLimits.MaxSteps)
        {
            throw new ExpressionException($"The expression takes more than {ExpressionLimits.MaxSteps} steps.", position);
        }

        if (scope.Budget?.Spend(steps) == false)
        {
            throw new BudgetException($"The node's expressions take more than {ExpressionLimits.MaxStepsPerNode} steps.", position);
        }
    }

    /// <summary>The value as it reads in a sentence. A list or object becomes text only when it is not too long.</summary>
    public string Display(JsonData value, int position)
    {
        if (value.Weight > ExpressionLimits.MaxTextLength)
        {
            throw new ExpressionException($"The text grows beyond {ExpressionLimits.MaxTextLength} characters.", position);
        }

        Spend(position, value.Weight / 256);
        return value.ToDisplayText();
    }

    public JsonData Text(string text, int position)
    {
        Spend(position, text.Length / 256);
        return text.Length <= ExpressionLimits.MaxTextLength
            ? text
            : throw new ExpressionException($"The text grows beyond {ExpressionLimits.MaxTextLength} characters.", position);
    }

    public JsonData List(JsonData[] items, int position)
    {
        Spend(position, items.Length / 16);
        return items.Length <= ExpressionLimits.MaxItems
            ? JsonData.Adopt(items)
            : throw new ExpressionException($"The list grows beyond {ExpressionLimits.MaxItems} items.", position);
    }
}
