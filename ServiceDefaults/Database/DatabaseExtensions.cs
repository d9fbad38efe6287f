using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Health;
using AiTeams.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AiTeams.ServiceDefaults;

public static class DatabaseExtensions
{
    // Six services and the migrator share a server of 300 connections.
    private const int MaxPoolSize = 30;

    // Planning a short statement takes longer than running it. A statement is prepared on a connection when it is seen there again.
    private const int MaxAutoPrepare = 100;
    private const int AutoPrepareMinUsages = 2;

    /// <summary>
    /// The service's own data source, from ConnectionStrings:aiteams, and <see cref="UserDatabase"/> on it. Values in the
    /// connection string win over the defaults here.
    /// </summary>
    public static WebApplicationBuilder AddPostgres(
        this WebApplicationBuilder builder, Action<IServiceProvider, NpgsqlDataSourceBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(services =>
        {
            var text = services.GetRequiredService<IConfiguration>().GetConnectionString("aiteams")
                ?? throw new InvalidOperationException("ConnectionStrings:aiteams (ConnectionStrings__aiteams) is missing.");
            var source = new NpgsqlDataSourceBuilder(WithDefaults(text, services.GetRequiredService<ServiceName>()));
            source.UseLoggerFactory(services.GetRequiredService<ILoggerFactory>());
            configure?.Invoke(services, source);
            return source.Build();
        });
        builder.Services.AddSingleton<UserDatabase>();
        builder.Services.AddHealthChecks().AddCheck<PostgresHealthCheck>("postgres", HealthStatus.Unhealthy);
        return builder;
    }

    private static string WithDefaults(string text, ServiceName service)
    {
        var settings = new NpgsqlConnectionStringBuilder(text);
        Default("Application Name", () => settings.ApplicationName = service.Value);
        Default("Maximum Pool Size", () => settings.MaxPoolSize = MaxPoolSize);
        // A server that is away must turn into a 503 and not into a queue of waiting requests.
        Default("Timeout", () => settings.Timeout = 5);
        Default("Max Auto Prepare", () => settings.MaxAutoPrepare = MaxAutoPrepare);
        Default("Auto Prepare Min Usages", () => settings.AutoPrepareMinUsages = AutoPrepareMinUsages);
        // Nothing here changes a session: role and claims are of one transaction. Cleaning up what nobody left costs seven statements each time.
        Default("No Reset On Close", () => settings.NoResetOnClose = true);
        // One statement, one connection: role and claims of a batch must never meet another batch.
        settings.Multiplexing = false;
        return settings.ConnectionString;

        void Default(string key, Action set)
        {
            // ContainsKey says which keys there are, not which are set.
            if (!settings.ShouldSerialize(key))
            {
                set();
            }
        }
    }
}
