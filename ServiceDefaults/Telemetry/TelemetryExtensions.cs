using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AiTeams.ServiceDefaults.Telemetry;

/// <summary>
/// Traces, metrics and logs over OTLP, from the sources that .NET and the libraries bring along. Configured by the OTEL_*
/// variables; without an endpoint nothing is collected, and trace ids still travel.
/// </summary>
internal static class TelemetryExtensions
{
    // RabbitMQ.Client's own spans stay out: on the receiving side they are roots beside MassTransit's.
    private static readonly string[] Sources =
        ["Microsoft.AspNetCore", "System.Net.Http", "Grpc.Net.Client", "Npgsql", "MassTransit", "Yarp.ReverseProxy", "AiTeams.*"];

    private static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.*", "System.Net.Http", "System.Net.NameResolution", "System.Runtime", "Npgsql", "MassTransit", "AiTeams.*",
    ];

    private static readonly string[] Signals = ["", "TRACES_", "METRICS_", "LOGS_"];

    public static void AddTelemetry(this WebApplicationBuilder builder, string serviceName)
    {
        var configuration = builder.Configuration;
        if (Signals.All(signal => string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}ENDPOINT"])))
        {
            return;
        }

        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeFormattedMessage = true;
            logs.IncludeScopes = true;
            logs.SetResourceBuilder(Describe(ResourceBuilder.CreateDefault(), configuration, serviceName));
            logs.AddOtlpExporter();
        });
        builder.Services.AddSingleton(_ => OpenTelemetrySdk.Create(otel =>
        {
            // The exporters read their OTEL_* settings from here instead of the environment alone.
            otel.Services.AddSingleton<IConfiguration>(configuration);
            otel.ConfigureResource(resource => Describe(resource, configuration, serviceName));
            otel.WithTracing(traces => traces
                .AddSource(Sources)
                .SetSampler(new ProbeFreeSampler(new ParentBasedSampler(RootSampler(configuration))))
                .AddOtlpExporter());
            otel.WithMetrics(metrics => metrics.AddMeter(Meters).AddOtlpExporter());
        }));
        builder.Services.AddHostedService<TelemetryLife>();
    }

    private static ResourceBuilder Describe(ResourceBuilder resource, ConfigurationManager configuration, string serviceName)
    {
        var version = Assembly.GetEntryAssembly()?.GetName().Version?.ToString(3);
        return resource.AddService(
            string.IsNullOrEmpty(configuration["OTEL_SERVICE_NAME"]) ? serviceName : configuration["OTEL_SERVICE_NAME"]!,
            serviceVersion: version,
            autoGenerateServiceInstanceId: configuration["OTEL_RESOURCE_ATTRIBUTES"]?.Contains("service.instance.id", StringComparison.Ordinal) != true);
    }

    private static Sampler RootSampler(ConfigurationManager configuration) =>
        configuration["OTEL_TRACES_SAMPLER"]?.Contains("traceidratio", StringComparison.Ordinal) == true
        && double.TryParse(configuration["OTEL_TRACES_SAMPLER_ARG"], NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio)
            ? new TraceIdRatioBasedSampler(ratio)
            : new AlwaysOnSampler();
}

/// <summary>Leaves out what probes cause, with everything below it: they come every second and say nothing.</summary>
internal sealed class ProbeFreeSampler(Sampler rest) : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        foreach (var (key, value) in samplingParameters.Tags ?? [])
        {
            if (key == "url.path" && value is "/health" or "/alive" or "/grpc.health.v1.Health/Check" or "/grpc.health.v1.Health/Watch")
            {
                return new SamplingResult(SamplingDecision.Drop);
            }
        }

        return rest.ShouldSample(samplingParameters);
    }
}

/// <summary>Starts collecting with the host and sends the rest when it stops, within the time the stop has.</summary>
internal sealed class TelemetryLife(OpenTelemetrySdk sdk) : IHostedService
{
    private const int PatienceMs = 1500;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = sdk.TracerProvider;
        _ = sdk.MeterProvider;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Task.Run(() => sdk.TracerProvider.Shutdown(PatienceMs), CancellationToken.None),
        Task.Run(() => sdk.MeterProvider.Shutdown(PatienceMs), CancellationToken.None));
}
