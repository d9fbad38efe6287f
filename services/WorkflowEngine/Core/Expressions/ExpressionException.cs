namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>
/// An expression that cannot be compiled or evaluated. The position counts characters from 0 in the string that holds it;
/// node and parameter are filled in by whoever knows them.
/// </summary>
public sealed class ExpressionException(string message, int position) : Exception(message)
{
    public int Position { get; } = position;

    public string? Parameter { get; init; }

    public string? NodeName { get; init; }

    /// <summary>The message with everything that is known about where.</summary>
    public string FullMessage =>
        (NodeName is null ? "" : $"Node '{NodeName}', ") + (Parameter is null ? "" : $"parameter '{Parameter}', ")
        + $"position {Position}: {Message}";

    internal ExpressionException In(string? nodeName, string? parameter) =>
        new(Message, Position) { NodeName = NodeName ?? nodeName, Parameter = Parameter ?? parameter };
}
