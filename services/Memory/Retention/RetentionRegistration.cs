using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AiTeams.Memory.Retention;

internal static class RetentionRegistration
{
    public static IServiceCollection AddRetention(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<RetentionSettings>().BindConfiguration(RetentionSettings.Section)
            .Validate(static settings => settings.IsValid, $"{RetentionSettings.Section}:{nameof(RetentionSettings.ConversationDays)} must be at least 1.")
            .ValidateOnStart();
        services.AddSingleton<ForgetOldMemories>().AddHostedService(static s => s.GetRequiredService<ForgetOldMemories>());
        return services;
    }
}
