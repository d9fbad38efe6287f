namespace AiTeams.Scheduler.Firing;

internal static class FiringRegistration
{
    public static IServiceCollection AddFiring(this IServiceCollection services) => services
        .AddSingleton<FireTrigger>()
        .AddSingleton<FiringQueue>()
        .AddSingleton<FiringCounters>()
        .AddHostedService(provider => provider.GetRequiredService<FiringCounters>())
        .AddSingleton<FireSchedules>()
        .AddHostedService(provider => provider.GetRequiredService<FireSchedules>())
        .AddSingleton<DeliverFirings>()
        .AddHostedService(provider => provider.GetRequiredService<DeliverFirings>())
        .AddSingleton<ForgetFirings>()
        .AddHostedService(provider => provider.GetRequiredService<ForgetFirings>());
}
