using AiTeams.WorkflowEngine.Events;
using AiTeams.WorkflowEngine.Executions.Controlling;
using AiTeams.WorkflowEngine.Executions.Starting;
using AiTeams.WorkflowEngine.Fairness;
using AiTeams.WorkflowEngine.Grpc;
using AiTeams.WorkflowEngine.Ownership;
using AiTeams.WorkflowEngine.Sandbox;
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
        services.AddSingleton<RunSubWorkflow>().AddSingleton<StaticData>().AddSingleton<IntegrationsPatience>().AddSingleton<OutsideHttp>().AddSingleton<OutsideQueries>();
        services.AddSingleton<FairQueues>();
        services.AddOptions<SandboxOptions>().BindConfiguration("Sandbox");
        services.AddSingleton<SandboxPool>().AddSingleton<OutsideCode>().AddSingleton<CodeCheck>();
        services.AddSingleton<IOutside, OutsideCalls>();
        // A run may start runs: what it starts them with is asked for when it does.
        services.AddSingleton<Func<StartExecution>>(static s => s.GetRequiredService<StartExecution>);
        services.AddSingleton<Func<ExecutionRegistry>>(static s => s.GetRequiredService<ExecutionRegistry>);

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
        services.AddSingleton<StartLookups>().AddSingleton<StartExecution>().AddSingleton<StartExecutionEndpoint>().AddSingleton<RetryExecution>()
            .AddSingleton<RetryExecutionEndpoint>()
            .AddSingleton<PeerInterest>().AddSingleton<ExecutionSignals>().AddSingleton<EventReader>().AddSingleton<ExecutionFeeds>()
            .AddSingleton<ExecutionEventLog>().AddSingleton<StreamExecutionEvents>()
            .AddSingleton<StartExecutionCall>().AddSingleton<GetExecutionCall>().AddSingleton<WatchExecutionCall>()
            .AddSingleton<ResumeExecutionCall>().AddSingleton<ControlExecutionCall>();
}
