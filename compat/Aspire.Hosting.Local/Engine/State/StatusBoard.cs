using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AiTeams.LocalHosting;

internal sealed record ResourceStatus(string State, bool IsReady = false, int? ExitCode = null, string? Reason = null)
{
    public bool IsTerminal => State == KnownResourceStates.Exited || State == KnownResourceStates.Finished || State == KnownResourceStates.FailedToStart;

    public bool HasStarted => State == KnownResourceStates.Running || State == KnownResourceStates.RuntimeUnhealthy || ExitCode is not null;

    public string Describe() => Reason ?? (ExitCode is { } code ? $"ended with exit code {code}" : State);
}

/// <summary>The states of all resources, and those who wait for one to change.</summary>
internal sealed class StatusBoard
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (IResource Resource, ResourceStatus Status)> _entries;
    private readonly List<(string Name, Func<ResourceStatus, bool> Wanted, TaskCompletionSource<ResourceStatus> Reached)> _waiters = [];

    public StatusBoard(IEnumerable<IResource> resources) => _entries = resources.ToDictionary(
        resource => resource.Name, resource => (resource, new ResourceStatus(KnownResourceStates.NotStarted)), StringComparer.OrdinalIgnoreCase);

    public bool Knows(string name) => _entries.ContainsKey(name);

    public ResourceStatus Get(string name)
    {
        lock (_gate)
        {
            return Entry(name).Status;
        }
    }

    public void Set(IResource resource, ResourceStatus status)
    {
        lock (_gate)
        {
            _entries[resource.Name] = (resource, status);
            foreach (var waiter in _waiters.Where(waiter => waiter.Name == resource.Name && waiter.Wanted(status)).ToArray())
            {
                _waiters.Remove(waiter);
                waiter.Reached.TrySetResult(status);
            }
        }
    }

    public async Task<ResourceStatus> WaitAsync(string name, Func<ResourceStatus, bool> wanted, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource<ResourceStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            var (resource, status) = Entry(name);
            if (wanted(status))
            {
                return status;
            }

            _waiters.Add((resource.Name, wanted, reached));
        }

        return await reached.Task.WaitAsync(cancellationToken);
    }

    public ResourceEvent ToEvent(string name)
    {
        lock (_gate)
        {
            var (resource, status) = Entry(name);
            return new ResourceEvent(resource, resource.Name, new CustomResourceSnapshot
            {
                State = new ResourceStateSnapshot(status.State, null),
                ExitCode = status.ExitCode,
                HealthStatus = status.IsReady ? HealthStatus.Healthy : HealthStatus.Unhealthy,
            });
        }
    }

    private (IResource Resource, ResourceStatus Status) Entry(string name) => _entries.TryGetValue(name, out var entry)
        ? entry
        : throw new DistributedApplicationException($"There is no resource named '{name}'.");
}
