using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace AiTeams.Integrations.Outside;

/// <summary>
/// Whom the platform may call. A name is judged before it is looked up, an address after: what counts in the end is the address a
/// connection is made to (<see cref="GuardedConnections"/>), so a name that answers differently the second time gains nothing.
/// </summary>
internal sealed partial class TargetPolicy
{
    // The Fetch standard's list of bad ports: protocols that would take a line of an HTTP request for a command of theirs.
    private static readonly FrozenSet<int> OtherProtocols = new[]
    {
        1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117,
        119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636,
        989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
    }.ToFrozenSet();

    private static readonly IPNetwork[] LinkLocal = [IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("fe80::/10")];

    private readonly Target<IPNetwork>[] _allowed;
    private readonly Target<string>[] _allowedNames;
    private readonly Target<IPNetwork>[] _denied;
    private readonly Target<string>[] _deniedNames;
    private readonly FrozenSet<int> _ports;

    public TargetPolicy(IOptions<OutsideSettings> settings)
    {
        (_allowed, _allowedNames) = Split(settings.Value.AllowedPrivateTargets);
        (_denied, _deniedNames) = Split(settings.Value.DeniedTargets);
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

        return HostName.Of(url) is { } host ? RefuseHost(host, url.Port) ?? RefusePort(url.Port) : "The address has no host that could be called.";
    }

    /// <summary>The same for a host that comes without a URL, in the form of <see cref="HostName"/>.</summary>
    public string? RefuseHost(string host, int port)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return Permits(host, address, port) ? null : Private(host);
        }

        return Array.Exists(_deniedNames, name => name.Has(port) && (host == name.Place || host.EndsWith($".{name.Place}", StringComparison.Ordinal)))
            ? $"The host '{host}' may not be called."
            : null;
    }

    /// <summary>Whether a connection for this host may go to this address.</summary>
    public bool Permits(string host, IPAddress address, int port)
    {
        var plain = AddressRanges.Plain(address);
        if (In(_denied, plain, port))
        {
            return false;
        }

        return AddressRanges.IsPublic(plain) || In(_allowed, plain, port)
            || (Array.Exists(_allowedNames, name => name.Place == host && name.Has(port)) && !Array.Exists(LinkLocal, range => range.Contains(plain)));
    }

    public static string Private(string host) => $"The host '{host}' is not a public one, and the platform calls no other.";

    private string? RefusePort(int port)
    {
        var open = _ports.Count > 0 ? _ports.Contains(port) : port > 0 && !OtherProtocols.Contains(port);
        return open ? null : string.Create(CultureInfo.InvariantCulture, $"The port {port} may not be called.");
    }

    private static bool In(Target<IPNetwork>[] ranges, IPAddress address, int port) =>
        Array.Exists(ranges, range => range.Has(port) && range.Place.Contains(address));

    private static (Target<IPNetwork>[] Ranges, Target<string>[] Names) Split(IEnumerable<string> entries)
    {
        var ranges = new List<Target<IPNetwork>>();
        var names = new List<Target<string>>();
        foreach (var entry in entries.Select(entry => entry.Trim()).Where(entry => entry.Length > 0))
        {
            var (place, port) = WithPort().Match(entry) is { Success: true } parts
                ? (parts.Groups[1].Value.Trim('[', ']'), int.Parse(parts.Groups[2].Value, CultureInfo.InvariantCulture))
                : (entry, (int?)null);
            if (IPAddress.TryParse(place, out var address))
            {
                ranges.Add(new(new IPNetwork(address, address.GetAddressBytes().Length * 8), port));
            }
            else if (IPNetwork.TryParse(place, out var range))
            {
                ranges.Add(new(range, port));
            }
            else
            {
                names.Add(new(
                    HostName.Of(place) ?? throw new InvalidOperationException($"'{entry}' under {OutsideSettings.Section} is no address, range or host name."), port));
            }
        }

        return ([.. ranges], [.. names]);
    }

    /// <summary>A name, address or range in brackets or without a colon of its own, a colon, a port.</summary>
    [GeneratedRegex(@"^(\[[^\]]+\]|[^:]+):([0-9]{1,5})$")]
    private static partial Regex WithPort();

    /// <param name="Port">Null: whatever the port.</param>
    private sealed record Target<TPlace>(TPlace Place, int? Port)
    {
        public bool Has(int port) => Port is null || Port == port;
    }
}
