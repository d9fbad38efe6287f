using Microsoft.Extensions.DependencyInjection;

namespace AiTeams.Testing;

/// <summary>What differs from the ordinary for one service under test.</summary>
public sealed record ServiceOptions
{
    public static ServiceOptions Default { get; } = new();

    /// <summary>Only these servers are started; the service gets no connection string of the others.</summary>
    public IReadOnlyCollection<Server> Needs { get; init; } = [Server.Postgres, Server.RabbitMq, Server.Redis];

    /// <summary>Configuration on top of what every service gets, or instead of it: "Engine:Concurrency" = "4".</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Replaces services, the outside edge or the clock. Only for a service in this process.</summary>
    public Action<IServiceCollection>? Services { get; init; }
}
