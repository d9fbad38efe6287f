using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Grpc;
using AiTeams.ServiceDefaults.Health;
using AiTeams.ServiceDefaults.Hosting;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiTeams.ServiceDefaults;

/// <summary>What every service does the same way.</summary>
public static class ServiceDefaultsExtensions
{
    // The supervisor gives a service six seconds from SIGTERM on.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    /// <param name="serviceName">The resource's name: "workflow-engine".</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string serviceName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddSingleton(new ServiceName(serviceName));
        services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        services.ConfigureHttpJsonOptions(options => JsonConventions.Apply(options.SerializerOptions));

        builder.AddLogging();
        builder.AddTelemetry(serviceName);
        builder.AddKestrelEndpoints();
        builder.AddIdentity();
        builder.AddGrpcServer();

        services.AddExceptionHandler<ProblemHandler>();
        services.AddProblemDetails();
        // In every environment: the exception mapper then answers bad input the same way everywhere.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);

        services.AddHealthChecks().AddCheck<StoppingHealthCheck>("stopping");
        services.AddSingleton<HealthReports>();
        return builder;
    }

    /// <summary>The pipeline in front of the endpoints: spans, errors as problem+json, authentication, authorization.</summary>
    public static WebApplication UseServiceDefaults(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        // Asked for here, a missing secret ends the start before anything listens.
        _ = app.Services.GetRequiredService<IOptions<IdentitySettings>>().Value;

        app.UseKestrelEndpoints();
        app.UseRequestSpans();
        app.UseExceptionHandler();
        app.UseStatusCodePages(context => ProblemDocument.WriteAsync(
            context.HttpContext, Problems.ForStatus(context.HttpContext.Response.StatusCode)));
        app.UseGrpcPortGuard();
        app.UseAuthentication();
        app.UseAuthorization();
        return app;
    }

    /// <summary>/health, /alive, and gRPC health and reflection.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapHealth();
        app.MapGrpcDefaults();
        return app;
    }

    private static void AddLogging(this WebApplicationBuilder builder)
    {
        // First of all sources, so that any setting overrides it.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
                ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Warning",
                ["Logging:LogLevel:Grpc"] = "Warning",
                ["Logging:LogLevel:Npgsql"] = "Warning",
                // It warns with a stack trace at every attempt to reach a broker that is away; the health check says it once.
                ["Logging:LogLevel:MassTransit"] = "Error",
                ["Logging:LogLevel:Yarp"] = "Warning",
                // HealthReports tells each change once; the framework would tell every probe.
                ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
            },
        });
        builder.Logging.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.TimestampFormat = "HH:mm:ss.fff ";
            options.UseUtcTimestamp = true;
        });
    }
}
