using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>One evaluation under way: what it sees, and what it has left to spend.</summary>
internal sealed class Evaluation(ExpressionScope scope)
{
    private int _steps;

    public ExpressionScope Scope => scope;

    public void Spend(int position, int steps = 1)
    {
        _steps += steps;
        if (_steps > ExpressionLimits.MaxSteps)
        {
            throw new ExpressionException($"The expression takes more than {ExpressionLimits.MaxSteps} steps.", position);
        }
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
