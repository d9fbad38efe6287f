using Aspire.Hosting;
using Aspire.Hosting.Eventing;

namespace AiTeams.LocalHosting;

/// <summary>What everything that runs resources shares.</summary>
internal sealed record EngineContext(
    LocalState State,
    EngineSettings Settings,
    StatusBoard Board,
    ConsoleLog Log,
    RunFile RunFile,
    Spawner Spawner,
    IDistributedApplicationEventing Eventing,
    DistributedApplicationExecutionContext Execution,
    IServiceProvider Services);
