namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>What sends data one of several ways.</summary>
internal static partial class Specs
{
    private static NodeSpec Switch => new(NodeTypes.Flow, "SWITCH", "Sends its data the way of the first case that holds.")
    {
        Parameters =
        [
            new("switch_value", ParameterType.Expression, "What cases with a value are compared with."),
            Required(List(
                "cases",
                "Each a condition, or an object with 'condition' or 'value' and, if it likes, the name of its 'output'; else that is case_0, case_1 and so on."))
                with { PerItem = true },
            Flag("all_matches", "Go the way of every case that holds.", false),
            .. Common,
        ],
        Inputs = PassedInputs,
        Outputs = [AnyField("data", "What came in, as it came in.")],
        Ports = [new("default", "No case held.")],
        Examples =
        [
            Example(
                "By country",
                """{"switch_value": "$input.data.country", "cases": [{"value": "DE", "output": "germany"}, {"value": "FR", "output": "france"}]}""",
                """{"data": {"country": "FR"}}""", """{"data": {"country": "FR"}}""", port: "france"),
            Example(
                "By size", """{"cases": ["$input.data.amount >= 1000", "$input.data.amount >= 100"]}""",
                """{"data": {"amount": 150}}""", """{"data": {"amount": 150}}""", port: "case_1"),
        ],
    };

    private static NodeSpec Split => new(NodeTypes.Flow, "SPLIT", "Sends its data, or parts of it, several ways at once.")
    {
        Parameters =
        [
            Shape("predicate_paths", "Output to an expression: what came in goes there when it holds.") with { PerItem = true },
            List("by_key", "Keys of the data: the value of each goes to the output of that name."),
            .. Common,
        ],
        Inputs = PassedInputs,
        Outputs = [AnyField("data", "What came in, as it came in.")],
        Ports = [new("result", "It went nowhere else.")],
        Examples =
        [
            Example(
                "To everybody it concerns", """{"predicate_paths": {"urgent": "$input.data.priority > 7", "large": "$input.data.amount > 100"}}""",
                """{"data": {"priority": 9, "amount": 150}}""", """{"data": {"priority": 9, "amount": 150}}""", port: "large"),
        ],
    };

    private static NodeSpec Timeout => new(NodeTypes.Flow, "TIMEOUT", "Gives a condition or a signal only so much time.")
    {
        Parameters =
        [
            Amount("timeout_seconds", "How long.", 300, 0, 2_592_000),
            Amount("timeout_ms", "The same in milliseconds.", min: 0, max: 2_592_000_000),
            new("condition_expression", ParameterType.Expression, "When it holds there is no waiting."),
            Flag("immediate_timeout", "When the condition holds go on by timeout at once.", false),
            .. Common,
        ],
        Inputs = PassedInputs,
        Outputs =
        [
            AnyField("data", "What came in."), FlagField("timeout_occurred", "Nothing came in time."),
            AmountField("waited_seconds", "How long it took."), AnyField("trigger_data", "The signal that came."),
        ],
        Ports = [new("completed", "In time."), new("timeout", "Not in time."), new("result", "Either way.")],
        Examples =
        [
            Example(
                "Nothing to wait for", """{"timeout_seconds": 60, "condition_expression": "$input.data.paid"}""",
                """{"data": {"paid": true}, "timeout_occurred": false}""", """{"data": {"paid": true}}""", port: "completed"),
        ],
    };
}
