using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Health;
using AiTeams.ServiceDefaults.Hosting;
using AiTeams.ServiceDefaults.Messaging;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AiTeams.ServiceDefaults;

public static class MessagingExtensions
{
    // Together twenty minutes: RabbitMQ takes back what is not acknowledged within thirty.
    private const int DatabaseTries = 600;
    private static readonly TimeSpan DatabasePause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// MassTransit on RabbitMQ (ConnectionStrings:rabbitmq), the outbox and its dispatcher. Needs AddPostgres. A broker that is
    /// away neither holds up the start nor makes the service unready: events wait in the outbox.
    /// </summary>
    public static WebApplicationBuilder AddMessaging(this WebApplicationBuilder builder, Action<IBusRegistrationConfigurator>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddSingleton(provider => BrokerAddress.Parse(
            provider.GetRequiredService<IConfiguration>().GetConnectionString("rabbitmq")
            ?? throw new InvalidOperationException("ConnectionStrings:rabbitmq (ConnectionStrings__rabbitmq) is missing.")));
        services.Configure<MassTransitHostOptions>(options =>
        {
            options.WaitUntilStarted = false;
            options.StopTimeout = TimeSpan.FromSeconds(3);
        });

        // Queues carry the service's name: two services that consume the same event each get it.
        services.AddSingleton<IEndpointNameFormatter>(provider =>
            new KebabCaseEndpointNameFormatter(provider.GetRequiredService<ServiceName>().Value, includeNamespace: false));
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.ConfigureHealthCheckOptions(options =>
            {
                options.Name = "rabbitmq";
                options.MinimalFailureStatus = HealthStatus.Degraded;
            });
            // Durable classic queues: a quorum queue declared within a second before its broker is killed stays stuck for good.
            bus.AddConfigureEndpointsCallback((_, _, endpoint) =>
            {
                // The database away is no fault of the message: it waits for as long as the broker lets it. Any other failure
                // is tried again for half a minute and then ends in the _error queue.
                endpoint.UseMessageRetry(retry =>
                {
                    retry.Handle<Exception>(ExceptionMapping.IsDatabaseUnavailable);
                    retry.Interval(DatabaseTries, DatabasePause);
                });
                endpoint.UseMessageRetry(retry =>
                {
                    retry.Ignore<Exception>(ExceptionMapping.IsDatabaseUnavailable);
                    retry.Exponential(8, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(200));
                });
            });
            configure?.Invoke(bus);
            bus.UsingRabbitMq(Configure);
        });

        services.AddSingleton<Outbox>();
        services.AddSingleton<OutboxDispatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<OutboxDispatcher>());
        services.AddHostedService<InboxRetention>();
        services.AddSingleton<CanaryEar>();
        services.AddSingleton<Canary>();
        services.AddHostedService(provider => provider.GetRequiredService<Canary>());
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            "messages", provider => provider.GetRequiredService<Canary>(), HealthStatus.Unhealthy, [HealthReports.Live]));
        return builder;
    }

    private static void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator bus)
    {
        var broker = context.GetRequiredService<BrokerAddress>();
        bus.Host(broker.Host, broker.Port, broker.VirtualHost, context.GetRequiredService<ServiceName>().Value, host =>
        {
            host.Username(broker.UserName);
            host.Password(broker.Password);
            // Short, so that one operation stuck on a dying broker does not hold up the next for long.
            host.ContinuationTimeout(TimeSpan.FromSeconds(3));
            host.RequestedConnectionTimeout(TimeSpan.FromSeconds(3));
            host.Heartbeat(TimeSpan.FromSeconds(5));
        });
        bus.PrefetchCount = 32;

        var ear = context.GetRequiredService<CanaryEar>();
        bus.ReceiveEndpoint(ear.Queue, endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false;
            endpoint.Durable = false;
            endpoint.AutoDelete = true;
            endpoint.PrefetchCount = 1;
            endpoint.Handler<Chirp>(chirp =>
            {
                ear.Hear(chirp.Message);
                return Task.CompletedTask;
            });
            ear.Address = endpoint.InputAddress;
        });
        bus.ConfigureEndpoints(context);
    }
}
