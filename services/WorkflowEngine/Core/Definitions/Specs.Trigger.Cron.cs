namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Starting at set times.</summary>
internal static partial class Specs
{
    private static NodeSpec Cron => new(NodeTypes.Trigger, "CRON", "Starts the workflow at set times.")
    {
        Version = "1.2.0",
        Parameters =
        [
            Required(Text("cron_expression", "Minute, hour, day of month, month, day of week (0 and 7 are Sunday); six fields begin with the second.", "0 9 * * *")),
            Text("timezone", "IANA name of the zone the expression is meant in.", "UTC"),
            Whole("max_missed_runs", "Runs made up for after a standstill, at most.", 3, 1, 10),
            Choice("overlap_policy", "What becomes of a run that is due while the one before still goes on: left out, started after it, or started.", "skip", "skip", "queue", "allow"),
            .. Common,
        ],
        Outputs =
        [
            FiredAt,
            TextField("scheduled_time", "The time it was due."),
            StartedExecution,
            TextField("timezone", "The zone of the expression."),
            Sentence,
        ],
        Examples =
        [
            Example(
                "Nine o'clock on weekdays, in Kyiv", """{"cron_expression": "0 9 * * 1-5", "timezone": "Europe/Kyiv"}""",
                """{"scheduled_time": "2026-03-02T07:00:00Z", "timezone": "Europe/Kyiv"}"""),
        ],
    };
}
