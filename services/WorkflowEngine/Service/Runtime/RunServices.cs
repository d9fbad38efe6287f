using AiTeams.WorkflowEngine.Timers;
using AiTeams.WorkflowEngine.Writing;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>What every run needs from the process.</summary>
internal sealed record RunServices(
    ExecutionWriter Writer,
    IOutside Outside,
    DueTimersAlarm Timers,
    EngineMetrics Metrics,
    TimeProvider Clock,
    ILogger<ExecutionRun> Logger);
