using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using AiTeams.WorkflowEngine.Events;
using AiTeams.WorkflowEngine.Executions.Controlling;
using AiTeams.WorkflowEngine.Executions.Starting;
using AiTeams.WorkflowEngine.Grpc;
using AiTeams.WorkflowEngine.Ownership;
using AiTeams.WorkflowEngine.Timers;
using AiTeams.WorkflowEngine.Writing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>Wires what runs executions. Order matters once: the writer stops last, after everything that writes.</summary>
internal static class RuntimeRegistration
{
    public static IServiceCollection AddRuntime(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<EngineInstance>().AddSingleton<EngineMetrics>().AddSingleton<DueTimersAlarm>();
        services.AddSingleton<CompiledWorkflows>().AddSingleton<ILoadExecutions, ExecutionLoader>().AddSingleton<ExecutionRegistry>().AddSingleton<RunServices>();
        services.AddSingleton<OutsideHttp>();
        services.AddSingleton<IOutside, OutsideCalls>();
        services.AddHttpClient(OutsideHttp.ClientName).ConfigurePrimaryHttpMessageHandler(static () => OutsideHandler(verifyTls: true));
        services.AddHttpClient(OutsideHttp.UnverifiedClientName).ConfigurePrimaryHttpMessageHandler(static () => OutsideHandler(verifyTls: false));

        // Hosted services stop in reverse: duties first, then the heartbeat signs off, and the writer has flushed before that.
        services.AddSingleton<Heartbeat>().AddHostedService(static s => s.GetRequiredService<Heartbeat>());
        services.AddSingleton<IFlushTarget, PostgresFlush>();
        services.AddSingleton<ExecutionWriter>().AddHostedService(static s => s.GetRequiredService<ExecutionWriter>());
        services.AddSingleton<TakeOver>().AddHostedService(static s => s.GetRequiredService<TakeOver>());
        services.AddSingleton<DueTimers>().AddHostedService(static s => s.GetRequiredService<DueTimers>());
        services.AddSingleton<PeerSignals>().AddHostedService(static s => s.GetRequiredService<PeerSignals>());
        services.AddSingleton<CommandDuty>().AddHostedService(static s => s.GetRequiredService<CommandDuty>());
        services.AddHostedService<LogPartitions>();
        return services;
    }

    public static IServiceCollection AddExecutionStarting(this IServiceCollection services) =>
        services.AddSingleton<StartLookups>().AddSingleton<StartExecution>().AddSingleton<StartExecutionEndpoint>()
            .AddSingleton<PeerInterest>().AddSingleton<ExecutionSignals>().AddSingleton<EventReader>().AddSingleton<ExecutionFeeds>()
            .AddSingleton<ExecutionEventLog>().AddSingleton<StreamExecutionEvents>()
            .AddSingleton<StartExecutionCall>().AddSingleton<GetExecutionCall>().AddSingleton<WatchExecutionCall>();

    [SuppressMessage("Security", "CA5359", Justification = "Only for nodes whose author switched the check off: verify_ssl is false.")]
    private static SocketsHttpHandler OutsideHandler(bool verifyTls)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,                           // one user's cookies are not another's
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            MaxConnectionsPerServer = 64,
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),   // our trace ids are nobody else's business
        };
        if (!verifyTls)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        }

        return handler;
    }
}
