using AiTeams.HumanInTheLoop.Deciding;

namespace AiTeams.HumanInTheLoop.Delivering;

internal static class DeliveringRegistration
{
    public static IServiceCollection AddDelivering(this IServiceCollection services)
    {
        services.AddOptions<SlackSettings>().BindConfiguration(SlackSettings.Section);
        return services.AddSingleton<DeliveryQueue>().AddSingleton<MessageTexts>().AddSingleton<SendToSlack>().AddSingleton<SendByMail>().AddSingleton<SendToWebhook>()
            .AddDuty<DeliverMessages>();
    }
}
