namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Code of the author's own.</summary>
internal static partial class Specs
{
    private static NodeSpec RunCode => new(NodeTypes.Action, "RUN_CODE", "Runs JavaScript on what arrives and hands on what it returns.")
    {
        Parameters =
        [
            Choice("language", "The language of the code.", "javascript", "javascript"),
            Required(Prose("code", "The body of an asynchronous function. It sees $json, $input, items, item, $node, $vars, $trigger, $workflow, $execution, $now.")) with
            {
                Verbatim = true,
            },
            Choice("mode", "all_items: once; each_item: once per item, and the results make a list.", "all_items", "all_items", "each_item"),
            Amount("time_limit", "Seconds the code may run; longer is a failure that is not tried again.", 5, 0.05, 60),
            .. Common,
        ],
        Inputs = [AnyField("data", "What the code works on."), .. ExpressionInputs],
        Outputs = [AnyField("result", "What the code returns.")],
        Ports =
        [
            new(ConnectionDefinition.DefaultOutputKey, "What the code returned; nothing when it returned nothing."),
            new("console", "The lines it wrote to the console, if any."),
        ],
        Examples =
        [
            Example(
                "Compute", """{"code": "return { result: $json.data.price * $json.data.amount };"}""", """{"result": 6}""",
                """{"data": {"price": 3, "amount": 2}}"""),
        ],
    };
}
