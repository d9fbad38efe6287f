namespace AiTeams.Gateway.Limits;

internal static class LimitExtensions
{
    public static WebApplicationBuilder AddLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LimitSettings>().BindConfiguration(LimitSettings.Section);
        builder.Services.AddSingleton<RedisConnection>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RedisConnection>());
        builder.Services.AddSingleton<MemoryLimiter>();
        builder.Services.AddSingleton<RedisLimiter>();
        builder.Services.AddHealthChecks().AddCheck<RedisHealthCheck>("redis");
        return builder;
    }

    public static TBuilder InLayer<TBuilder>(this TBuilder builder, Layer layer)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new LayerMetadata(layer));
}
