using Aspire.Hosting.Eventing;

namespace Aspire.Hosting.ApplicationModel;

public class BeforeStartEvent : IDistributedApplicationEvent
{
    public BeforeStartEvent(IServiceProvider services, DistributedApplicationModel model)
    {
        Services = services;
        Model = model;
    }

    public IServiceProvider Services { get; }

    public DistributedApplicationModel Model { get; }
}

public class ResourceEndpointsAllocatedEvent : IDistributedApplicationResourceEvent
{
    public ResourceEndpointsAllocatedEvent(IResource resource, IServiceProvider services)
    {
        Resource = resource;
        Services = services;
    }

    public IResource Resource { get; }

    public IServiceProvider Services { get; }
}

public class ConnectionStringAvailableEvent : IDistributedApplicationResourceEvent
{
    public ConnectionStringAvailableEvent(IResource resource, IServiceProvider services)
    {
        Resource = resource;
        Services = services;
    }

    public IResource Resource { get; }

    public IServiceProvider Services { get; }
}

/// <summary>Handlers run after the waits and before the process is started; they hold the start up.</summary>
public class BeforeResourceStartedEvent : IDistributedApplicationResourceEvent
{
    public BeforeResourceStartedEvent(IResource resource, IServiceProvider services)
    {
        Resource = resource;
        Services = services;
    }

    public IResource Resource { get; }

    public IServiceProvider Services { get; }
}

/// <summary>Once per resource: when it runs and is healthy for the first time. Who waits for it waits for the handlers too.</summary>
public class ResourceReadyEvent : IDistributedApplicationResourceEvent
{
    public ResourceReadyEvent(IResource resource, IServiceProvider services)
    {
        Resource = resource;
        Services = services;
    }

    public IResource Resource { get; }

    public IServiceProvider Services { get; }
}

public class ResourceStoppedEvent : IDistributedApplicationResourceEvent
{
    public ResourceStoppedEvent(IResource resource, IServiceProvider services, ResourceEvent resourceEvent)
    {
        Resource = resource;
        Services = services;
        ResourceEvent = resourceEvent;
    }

    public IResource Resource { get; }

    public IServiceProvider Services { get; }

    public ResourceEvent ResourceEvent { get; }
}
