using AiTeams.Gateway.Limits;
using Yarp.ReverseProxy.Health;

namespace AiTeams.Gateway.Routing;

internal static class RoutingExtensions
{
    public static WebApplicationBuilder AddRoutes(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IPassiveHealthCheckPolicy, UnreachablePolicy>();
        builder.Services.AddSingleton<AnswerForUpstream>();
        // AnswerForUpstream says in one line what the proxy says with a stack trace.
        builder.Logging.AddFilter("Yarp", LogLevel.Error);
        builder.Services.AddReverseProxy()
            .LoadFromMemory(ProxyConfiguration.Routes, ProxyConfiguration.Clusters(builder.Configuration))
            .AddTransforms(ProxyHeaders.Add)
            .ConfigureHttpClient((_, handler) => handler.ConnectTimeout = TimeSpan.FromSeconds(2));
        return builder;
    }

    public static void MapRoutes(this WebApplication app)
    {
        var answers = app.Services.GetRequiredService<AnswerForUpstream>();
        app.MapReverseProxy(pipeline =>
        {
            pipeline.Use(answers.InvokeAsync);
            pipeline.UseLoadBalancing();
            pipeline.UsePassiveHealthChecks();
        }).ConfigureEndpoints((endpoint, route) => endpoint.InLayer(Enum.Parse<Layer>(route.Metadata![nameof(Layer)])));
    }
}
