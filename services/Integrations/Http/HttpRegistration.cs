using AiTeams.Integrations.Outside;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AiTeams.Integrations.Http;

internal static class HttpRegistration
{
    /// <summary>The guard every way out shares, and the way out over HTTP.</summary>
    public static IServiceCollection AddOutsideHttp(this IServiceCollection services)
    {
        services.AddOptions<OutsideSettings>().BindConfiguration(OutsideSettings.Section);
        services.TryAddSingleton<INameResolver, SystemNameResolver>();
        services.AddSingleton<TargetPolicy>().AddSingleton<GuardedConnections>();
        return services.AddSingleton<OutsideHandlers>().AddSingleton<GuardedHttp>().AddSingleton<SendHttp>();
    }
}
