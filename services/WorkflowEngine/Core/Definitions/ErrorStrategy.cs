namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>What becomes of the run when a node fails.</summary>
public enum ErrorStrategy
{
    /// <summary>The run ends ERROR; other open nodes are canceled.</summary>
    Stop,

    /// <summary>The error travels on the node's regular port as if it were its output.</summary>
    ContinueRegularOutput,

    /// <summary>The error travels on the port <c>error</c> only.</summary>
    ContinueErrorOutput,
}

public static class ErrorStrategies
{
    public static IReadOnlyList<string> WireNames { get; } =
        ["STOP_WORKFLOW_ON_ERROR", "CONTINUE_REGULAR_OUTPUT_ON_ERROR", "CONTINUE_ERROR_OUTPUT_ON_ERROR"];

    public static string ToWire(this ErrorStrategy strategy) => WireNames[(int)strategy];

    public static bool TryParse(string text, out ErrorStrategy strategy)
    {
        for (var at = 0; at < WireNames.Count; at++)
        {
            if (string.Equals(WireNames[at], text, StringComparison.OrdinalIgnoreCase))
            {
                strategy = (ErrorStrategy)at;
                return true;
            }
        }

        strategy = default;
        return false;
    }
}
