using System.Net;
using AiTeams.Integrations.Http;
using AiTeams.Integrations.Outside;
using Microsoft.Extensions.Options;

namespace AiTeams.Integrations.Tests.Outside;

/// <summary>Guards as an operator could have set them, and resolvers that say what a test wants.</summary>
internal static class Guards
{
    public static OutsideSettings Settings(params string[] allowed)
    {
        var settings = new OutsideSettings();
        foreach (var target in allowed)
        {
            settings.AllowedPrivateTargets.Add(target);
        }

        return settings;
    }

    public static TargetPolicy Policy(OutsideSettings settings) => new(Options.Create(settings));

    public static GuardedHttp Http(OutsideSettings settings, INameResolver? resolver = null)
    {
        var policy = Policy(settings);
        var connections = new GuardedConnections(policy, resolver ?? new SystemNameResolver(), Options.Create(settings));
        return new GuardedHttp(new OutsideHandlers(connections, Options.Create(settings)), policy, TimeProvider.System);
    }
}

/// <summary>Answers one name after the other from a script, whatever it is asked: as a hostile DNS server would.</summary>
internal sealed class LyingResolver(params string[] answers) : INameResolver
{
    private int _asked;

    public int Asked => _asked;

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        var answer = answers[Math.Min(Interlocked.Increment(ref _asked) - 1, answers.Length - 1)];
        return Task.FromResult<IPAddress[]>([.. answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)]);
    }
}
