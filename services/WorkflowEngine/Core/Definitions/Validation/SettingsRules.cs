using AiTeams.WorkflowEngine.Core.Expressions.Dates;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>The settings of the workflow as a whole.</summary>
internal static class SettingsRules
{
    public static void Check(WorkflowDocument document, Findings findings)
    {
        if (Zones.Find(document.Settings.Timezone) is null)
        {
            findings.Error(
                "unknown_timezone", "The workflow's timezone is not one there is.", "/settings/timezone",
                hint: "A name of the IANA's list, such as Europe/Kyiv, or UTC.");
        }
    }
}
