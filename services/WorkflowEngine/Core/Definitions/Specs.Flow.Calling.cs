namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>What runs another workflow.</summary>
internal static partial class Specs
{
    private static NodeSpec SubWorkflow => new(NodeTypes.Flow, "SUB_WORKFLOW", "Runs another workflow of yours and goes on with what it gives.")
    {
        Parameters =
        [
            Required(Text("workflow_id", "Which workflow: its newest version, from its first trigger.")),
            Flag("wait_for_result", "Wait until it has ended; otherwise go on as soon as it is started.", true),
            Whole("timeout_seconds", "How long to wait for it.", 3600, 1, 2_592_000),
            .. Common,
        ],
        Inputs = [AnyField("data", "What its trigger gets."), .. ExpressionInputs],
        Outputs =
        [
            TextField("execution_id", "Its run."), TextField("status", "How its run stands."),
            AnyField("output", "What its last nodes gave."),
        ],
        Examples =
        [
            Example(
                "One invoice", """{"workflow_id": "01a2055c-b83d-784b-9948-ed38ac8aa525"}""",
                """{"execution_id": "exec_7", "status": "SUCCESS", "output": {"sent": true}}""", """{"data": {"invoice": 17}}"""),
        ],
    };
}
