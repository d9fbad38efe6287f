using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;

namespace AiTeams.Integrations.Outside;

/// <summary>
/// Whom the platform may call. A name is judged before it is looked up, an address after: what counts in the end is the address a
/// connection is made to (<see cref="GuardedConnections"/>), so a name that answers differently the second time gains nothing.
/// </summary>
internal sealed class TargetPolicy
{
    // The Fetch standard's list of bad ports: protocols that would take a line of an HTTP request for a command of theirs.
    private static readonly FrozenSet<int> OtherProtocols = new[]
    {
        1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117,
        119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636,
        989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
    }.ToFrozenSet();

    private static readonly IPNetwork[] LinkLocal = [IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("fe80::/10")];

    private readonly IPNetwork[] _allowed;
    private readonly HashSet<string> _allowedNames;
    private readonly IPNetwork[] _denied;
    private readonly string[] _deniedNames;
    private readonly FrozenSet<int> _ports;

    public TargetPolicy(IOptions<OutsideSettings> settings)
    {
        (_allowed, var allowedNames) = Split(settings.Value.AllowedPrivateTargets);
        (_denied, _deniedNames) = Split(settings.Value.DeniedTargets);
        _allowedNames = [.. allowedNames];
        _ports = settings.Value.Ports.ToFrozenSet();
    }

    /// <summary>Why the address may not be called as far as its text tells; null when it may.</summary>
    public string? Refuse(Uri url)
    {
        if (url.Scheme is not ("http" or "https"))
        {
            return $"The scheme '{url.Scheme}' is not called, only http and https are.";
        }

        if (url.UserInfo.Length > 0)
        {
            return "The address carries a user name or password.";
        }

        return HostName.Of(url) is { } host ? RefuseHost(host) ?? RefusePort(url.Port) : "The address has no host that could be called.";
    }

    /// <summary>The same for a host that comes without a URL, in the form of <see cref="HostName"/>.</summary>
    public string? RefuseHost(string host)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return Permits(host, address) ? null : Private(host);
        }

        return Array.Exists(_deniedNames, name => host == name || host.EndsWith($".{name}", StringComparison.Ordinal))
            ? $"The host '{host}' may not be called."
            : null;
    }

    /// <summary>Whether a connection for this host may go to this address.</summary>
    public bool Permits(string host, IPAddress address)
    {
        var plain = AddressRanges.Plain(address);
        if (In(_denied, plain))
        {
            return false;
        }

        return AddressRanges.IsPublic(plain) || In(_allowed, plain) || (_allowedNames.Contains(host) && !In(LinkLocal, plain));
    }

    public static string Private(string host) => $"The host '{host}' is not a public one, and the platform calls no other.";

    private string? RefusePort(int port)
    {
        var open = _ports.Count > 0 ? _ports.Contains(port) : port > 0 && !OtherProtocols.Contains(port);
        return open ? null : string.Create(CultureInfo.InvariantCulture, $"The port {port} may not be called.");
    }

    private static bool In(IPNetwork[] ranges, IPAddress address) => Array.Exists(ranges, range => range.Contains(address));

    private static (IPNetwork[] Ranges, string[] Names) Split(IEnumerable<string> entries)
    {
        var ranges = new List<IPNetwork>();
        var names = new List<string>();
        foreach (var entry in entries.Select(entry => entry.Trim()).Where(entry => entry.Length > 0))
        {
            if (IPAddress.TryParse(entry, out var address))
            {
                ranges.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(entry, out var range))
            {
                ranges.Add(range);
            }
            else
            {
                names.Add(HostName.Of(entry) ?? throw new InvalidOperationException(
                    $"'{entry}' under {OutsideSettings.Section} is no address, range or host name."));
            }
        }

        return ([.. ranges], [.. names]);
    }
}
