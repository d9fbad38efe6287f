namespace AiTeams.Integrations.Mail;

internal static class MailRegistration
{
    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.AddOptions<MailSettings>().BindConfiguration(MailSettings.Section);
        return services.AddSingleton<MailConnections>().AddSingleton<SendMail>().AddSingleton<ReadMailbox>();
    }
}
