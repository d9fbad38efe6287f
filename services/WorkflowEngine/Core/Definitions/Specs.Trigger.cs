namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>What starts a workflow.</summary>
internal static partial class Specs
{
    private static NodeSpec[] Triggers => [Manual, Cron, Webhook, EmailTrigger, GitHubTrigger, SlackTrigger];

    private static FieldSpec FiredAt => TextField("trigger_time", "When it fired.");

    private static FieldSpec StartedExecution => TextField("execution_id", "The execution it started.");

    private static FieldSpec Sentence => TextField("trigger_message", "One sentence saying what happened.");

    private static NodeSpec Manual => new(NodeTypes.Trigger, "MANUAL", "Starts the workflow when somebody says so.")
    {
        Parameters =
        [
            Text("trigger_name", "How the trigger is called in lists.", "Manual Trigger"),
            Text("description", "What starting it does.", ""),
            .. Common,
        ],
        Outputs =
        [
            FiredAt,
            StartedExecution,
            TextField("user_id", "Who started it."),
            Sentence,
            ObjectField("data", "What the caller sent along; its fields also stand beside this one."),
        ],
        Examples =
        [
            Example(
                "Start with a city", """{"trigger_name": "Weather on demand"}""",
                """{"trigger_message": "Weather on demand was started by hand.", "data": {"city": "Lviv"}}""", """{"city": "Lviv"}"""),
        ],
    };
}
