using Contract = AiTeams.Contracts.Scheduler.V1.Scheduler;

namespace AiTeams.Scheduler;

/// <summary>What other services ask of the scheduler. A method not overridden here answers UNIMPLEMENTED.</summary>
internal sealed class SchedulerCalls : Contract.SchedulerBase;
