using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>The node's scope with one element at hand.</summary>
internal sealed class ItemScopes(ExpressionScope scope)
{
    public ExpressionScope For(JsonData item, int index) => scope with { Item = item, Index = index };
}
