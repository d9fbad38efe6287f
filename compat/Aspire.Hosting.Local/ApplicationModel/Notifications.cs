using AiTeams.LocalHosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

public sealed record ResourceStateSnapshot(string Text, string? Style);

public sealed record CustomResourceSnapshot
{
    internal CustomResourceSnapshot()
    {
    }

    public ResourceStateSnapshot? State { get; init; }

    public int? ExitCode { get; init; }

    public HealthStatus? HealthStatus { get; internal init; }
}

public class ResourceEvent
{
    public ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
    {
        Resource = resource;
        ResourceId = resourceId;
        Snapshot = snapshot;
    }

    public IResource Resource { get; }

    public string ResourceId { get; }

    public CustomResourceSnapshot Snapshot { get; }
}

/// <summary>What state the resources are in, for whoever has to wait for one.</summary>
public class ResourceNotificationService
{
    private readonly StatusBoard _board;

    internal ResourceNotificationService(StatusBoard board) => _board = board;

    public async Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        await _board.WaitAsync(resourceName, status => status.State == (targetState ?? KnownResourceStates.Running), cancellationToken);

    /// <summary>Ends when the resource runs and its health checks pass.</summary>
    /// <exception cref="DistributedApplicationException">It cannot become healthy any more; the message says why.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default)
    {
        var status = await _board.WaitAsync(resourceName, status => status.IsReady || status.IsTerminal, cancellationToken);
        return status.IsReady
            ? _board.ToEvent(resourceName)
            : throw new DistributedApplicationException($"{resourceName} is not healthy: {status.Describe()}.");
    }

    public bool TryGetCurrentState(string resourceId, out ResourceEvent? resourceEvent)
    {
        resourceEvent = _board.Knows(resourceId) ? _board.ToEvent(resourceId) : null;
        return resourceEvent is not null;
    }
}

public sealed class ExecuteCommandResult
{
    public required bool Success { get; init; }

    public string? Message { get; init; }
}

/// <summary>Runs the built-in commands: resource-start, resource-stop and resource-restart.</summary>
public class ResourceCommandService
{
    private readonly Func<LocalEngine> _engine;

    internal ResourceCommandService(Func<LocalEngine> engine) => _engine = engine;

    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default) =>
        _engine().ExecuteAsync(resourceId, commandName, cancellationToken);
}
