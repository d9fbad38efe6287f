namespace AiTeams.Scheduler.Triggers;

internal static class TriggerRegistration
{
    public static IServiceCollection AddTriggerTypes(this IServiceCollection services) => services
        .AddSingleton<TriggerTypes>()
        .AddSingleton<TriggerLookup>()
        .AddSingleton<TriggerType, CronTrigger>()
        .AddSingleton<TriggerType, ManualTrigger>();
}
