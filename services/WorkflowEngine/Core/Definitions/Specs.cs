namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>The catalogue's content: what every node understands is here, each type has a file of its own.</summary>
internal static partial class Specs
{
    public static IReadOnlyList<NodeSpec> Everything { get; } =
        [.. Triggers, .. Agents, .. ExternalActions, .. Actions, .. Flows, .. HumansInTheLoop, .. Tools, .. Memories];

    // Understood by every node.
    private static ParameterSpec[] Common =>
    [
        Whole("timeout", "Seconds this node may take.", 420, 1, 1000),
        Whole("retry_attempts", "How often a retryable failure is tried again.", 3, 0, 10),
        Amount("retry_backoff_seconds", "Seconds before the first further attempt.", 5, 0, 86_400),
        Amount("retry_backoff_factor", "How much longer each further wait is.", 2, 1, 10),
        Amount("retry_jitter_seconds", "Up to so many seconds are added, so that not everything comes back at once.", 1, 0, 60),
        Flag("enabled", "A node that is not enabled passes its input through.", true),
    ];

    private static FieldSpec[] DataInputs => [ListField("data", "The items to work on.", required: true), .. ExpressionInputs];

    private static FieldSpec[] PassedInputs => [AnyField("data", "What is handed on.") with { Required = true }, .. ExpressionInputs];

    private static FieldSpec[] ExpressionInputs =>
    [
        ObjectField("context", "Further values for expressions."),
        ObjectField("variables", "Further values for expressions."),
    ];
}
