namespace AiTeams.Integrations.Outside;

/// <summary>What an operator may say about calls to the outside; section Integrations:Outside.</summary>
internal sealed class OutsideSettings
{
    public const string Section = "Integrations:Outside";

    /// <summary>
    /// Private places that may be called all the same: an address (10.0.0.7), a range (10.0.0.0/8), or a host name, which may then
    /// resolve to any address but a link-local one; with a port (127.0.0.1:8081) only there. Empty: the public internet only.
    /// </summary>
    public IList<string> AllowedPrivateTargets { get; } = [];

    /// <summary>Hosts nobody may call: a name stands for itself and everything under it, an address or range for itself.</summary>
    public IList<string> DeniedTargets { get; } = [];

    /// <summary>The only ports that may be called. Empty: all but those of other protocols (<see cref="TargetPolicy"/>).</summary>
    public IList<int> Ports { get; } = [];

    /// <summary>Seconds until a connection is there.</summary>
    public double ConnectSeconds { get; set; } = 10;

    /// <summary>
    /// Connections to one address at the same time; further calls to it wait, for whomever they are. So more than one user may have under way:
    /// the engine lets users in by turns.
    /// </summary>
    public int ConnectionsPerTarget { get; set; } = 1_024;
}
