using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>How a JavaScript text is meant.</summary>
public enum ScriptForm
{
    /// <summary>The body of an asynchronous function; the argument's fields are its globals.</summary>
    Body,

    /// <summary>A conversion function of a connection, see <see cref="Conversions"/>.</summary>
    Conversion,

    /// <summary>A function of an item and its index that says whether the item passes; the argument is the list of items.</summary>
    Filter,
}

/// <summary>One text and what it is given.</summary>
public sealed record Script(ScriptForm Form, string Code, JsonData Argument);

/// <summary>Run JavaScript: the scripts one after the other, none of them seeing anything but its argument.</summary>
public sealed record CodeCall : OutsideCall
{
    public required IReadOnlyList<Script> Scripts { get; init; }

    /// <summary>How long they may run together. Waiting for a sandbox does not count.</summary>
    public required TimeSpan TimeLimit { get; init; }
}

/// <summary>
/// What the scripts came to: a list of one result per script, or an error with the number of the script and the line and column in its
/// text, from 1 and 0 for unknown.
/// </summary>
public sealed record CodeResult : OutsideResult
{
    public JsonData Results { get; init; }

    /// <summary>Null when all went well.</summary>
    public string? ErrorCode { get; init; }

    public string Message { get; init; } = "";

    /// <summary>The code was not run, through no fault of its own.</summary>
    public bool IsRetryable { get; init; }

    public int Script { get; init; }

    public int Line { get; init; }

    public int Column { get; init; }

    /// <summary>What the scripts wrote to the console.</summary>
    public IReadOnlyList<string> Logged { get; init; } = [];
}
