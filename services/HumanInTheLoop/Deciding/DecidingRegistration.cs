using AiTeams.HumanInTheLoop.Resuming;

namespace AiTeams.HumanInTheLoop.Deciding;

internal static class DecidingRegistration
{
    public static IServiceCollection AddDeciding(this IServiceCollection services) => services
        .AddSingleton<HilAlarm>().AddSingleton<InteractionGate>().AddSingleton<AnswerInteraction>();

    /// <summary>A loop that runs while the service does; tests take it by its type and run it once.</summary>
    public static IServiceCollection AddDuty<T>(this IServiceCollection services)
        where T : BackgroundService =>
        services.AddSingleton<T>().AddHostedService(provider => provider.GetRequiredService<T>());
}
