namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>
/// An expression that cannot be compiled or evaluated. The position counts characters from 0 in the string that holds it;
/// node and parameter are filled in by whoever knows them.
/// </summary>
public class ExpressionException(string message, int position) : Exception(message)
{
    public int Position { get; } = position;

    public string? Parameter { get; init; }

    public string? NodeName { get; init; }

    /// <summary>The message with everything that is known about where.</summary>
    public string FullMessage =>
        (NodeName is null ? "" : $"Node '{NodeName}', ") + (Parameter is null ? "" : $"parameter '{Parameter}', ")
        + $"position {Position}: {Message}";

    internal virtual ExpressionException In(string? nodeName, string? parameter) =>
        new(Message, Position) { NodeName = NodeName ?? nodeName, Parameter = Parameter ?? parameter };
}

/// <summary>A node has spent all it may: not a matter of the one item at hand, so nothing may skip over it.</summary>
internal sealed class BudgetException(string message, int position) : ExpressionException(message, position)
{
    internal override ExpressionException In(string? nodeName, string? parameter) =>
        new BudgetException(Message, Position) { NodeName = NodeName ?? nodeName, Parameter = Parameter ?? parameter };
}
