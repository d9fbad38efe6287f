using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>How the conditions of one node look at an item.</summary>
internal sealed record ConditionOptions(string FilterType, bool IgnoreCase, string NullHandling, bool Nested)
{
    public static ConditionOptions Default { get; } = new("simple_condition", false, "exclude", true);
}

/// <summary>One test of one item. It throws <see cref="ConditionException"/> for an item it cannot judge.</summary>
internal abstract class Condition
{
    public abstract bool Holds(JsonData item, Func<JsonData, ExpressionScope> scope);
}

/// <summary>A condition cannot say yes or no about an item.</summary>
internal sealed class ConditionException(string message) : Exception(message);

internal sealed class ExpressionCondition(Expression expression) : Condition
{
    public override bool Holds(JsonData item, Func<JsonData, ExpressionScope> scope) => expression.IsTrue(scope(item));
}

/// <summary>A condition whose parts are templates: rendered for the item, then read like any other.</summary>
internal sealed class TemplateCondition(CompiledValue template, ConditionOptions options) : Condition
{
    public override bool Holds(JsonData item, Func<JsonData, ExpressionScope> scope)
    {
        var rendered = template.Render(scope(item));
        return rendered.IsObject
            ? Conditions.Read(rendered, options, "conditions").Holds(item, scope)
            : Values.IsTruthy(rendered);
    }
}

internal sealed class FieldCondition(string field, Comparison comparison, ConditionOptions options) : Condition
{
    public override bool Holds(JsonData item, Func<JsonData, ExpressionScope> scope)
    {
        var value = options.Nested ? Values.Path(item, field) : item[field];
        if (value.IsNull && !comparison.JudgesNull)
        {
            switch (options.NullHandling)
            {
                case "include":
                    return true;
                case "treat_as_empty":
                    value = "";
                    break;
                default:
                    return false;
            }
        }

        return comparison.Test(value);
    }
}
