using AiTeams.WorkflowEngine.Fairness;
using AiTeams.WorkflowEngine.Timers;
using AiTeams.WorkflowEngine.Writing;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>What every run needs from the process.</summary>
/// <param name="Queues">Null: nothing is bounded.</param>
internal sealed record RunServices(
    ExecutionWriter Writer,
    IOutside Outside,
    DueTimersAlarm Timers,
    EngineMetrics Metrics,
    TimeProvider Clock,
    ILogger<ExecutionRun> Logger,
    FairQueues? Queues = null);
