namespace AiTeams.Migrator.Tests;

internal static class ServiceRoles
{
    public const string Engine = "workflow_engine_service";
    public const string Gateway = "gateway_service";
    public const string Scheduler = "scheduler_service";
    public const string HumanInTheLoop = "human_in_the_loop_service";
    public const string Integrations = "integrations_service";
    public const string Memory = "memory_service";

    public static IReadOnlyList<string> All { get; } =
        [Gateway, Engine, Scheduler, HumanInTheLoop, Memory, Integrations];

    public static IReadOnlyDictionary<string, string> Passwords(string word) => All.ToDictionary(role => role, role => $"{role} {word}");
}
