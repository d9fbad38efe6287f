using System.Net;
using AiTeams.Integrations.Outside;

namespace AiTeams.Integrations.Tests.Outside;

/// <summary>Every way we know of to write, or to reach, an address that is nobody's business outside.</summary>
public sealed class TargetPolicyTests
{
    // Names of the internet that answer with an address of ours; what counts is the answer, so they are looked up by a resolver here.
    private static readonly string[] PrivateAddresses =
    [
        // this host, this network
        "0.0.0.0", "0.0.0.1", "0.1.2.3", "0.255.255.255", "127.0.0.1", "127.0.0.0", "127.0.1.1", "127.1.1.1", "127.127.127.127", "127.255.255.255",
        // private use
        "10.0.0.0", "10.0.0.1", "10.10.10.10", "10.255.255.255", "172.16.0.0", "172.16.0.1", "172.20.10.5", "172.31.255.255",
        "192.168.0.0", "192.168.0.1", "192.168.1.254", "192.168.255.255",
        // carrier-grade NAT, and Alibaba's metadata in it
        "100.64.0.0", "100.64.0.1", "100.100.100.200", "100.127.255.255",
        // link-local: the metadata services of AWS, Google, Azure, DigitalOcean, OpenStack, ECS, EKS
        "169.254.0.0", "169.254.0.1", "169.254.169.254", "169.254.170.2", "169.254.170.23", "169.254.169.253", "169.254.255.255",
        // platform addresses of Azure and Oracle
        "168.63.129.16", "192.0.0.192", "192.0.0.0", "192.0.0.8", "192.0.0.170", "192.0.0.255",
        // documentation, benchmarking, 6to4 relays
        "192.0.2.0", "192.0.2.1", "192.0.2.255", "198.51.100.0", "198.51.100.7", "203.0.113.0", "203.0.113.99", "198.18.0.0", "198.18.0.1", "198.19.255.255",
        "192.88.99.0", "192.88.99.1",
        // multicast, reserved, broadcast
        "224.0.0.0", "224.0.0.1", "224.0.0.251", "239.255.255.250", "239.255.255.255", "240.0.0.0", "240.0.0.1", "250.1.2.3", "255.255.255.254", "255.255.255.255",
        // IPv6: unspecified, loopback, link-local, site-local, unique local, multicast, discard
        "::", "::1", "::2", "fe80::1", "fe80::a9fe:a9fe", "febf::1", "fe80::1%1", "fec0::1", "feff::1", "fc00::", "fc00::1", "fd00::1", "fd00:ec2::254",
        "fd20:ce::254", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ff00::", "ff01::1", "ff02::1", "ff02::fb", "ff05::1:3", "ff0e::1", "100::", "100::1",
        // IPv4 inside IPv6: mapped, translated, compatible, NAT64, local NAT64, 6to4, Teredo, ISATAP
        "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::ffff:192.168.1.1", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "::ffff:0.0.0.0",
        "::ffff:100.64.0.1", "::ffff:172.16.0.1", "::ffff:224.0.0.1", "::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8", "::127.0.0.1", "::10.0.0.1", "::8.8.8.8",
        "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "64:ff9b:1:fffe::a00:1",
        "2002::1", "2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::", "2002:c0a8:101::1", "2002:808:808::1",
        "2001::1", "2001:0:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1", "2001:1ff::1",
        "2001:db8::1", "2001:db8:ffff::1", "3fff::1", "3fff:fff::1", "3ffe::1", "5f00::1", "4000::1", "8000::1", "e000::1",
        "2a00:1450::5efe:a00:1", "2a00:1450::200:5efe:7f00:1",
    ];

    private static readonly string[] PublicAddresses =
    [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255", "169.255.0.0",
        "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.0.3.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "203.0.112.1", "203.0.114.1",
        "223.255.255.255", "168.63.129.15", "2606:4700:4700::1111", "2a00:1450:4001:82b::200e", "2001:4860:4860::8888", "2001:200::1", "2400:cb00::1",
        "::ffff:8.8.8.8", "2003::1", "2001:db7:ffff::1",
    ];

    public static TheoryData<string> Private => [.. PrivateAddresses];

    public static TheoryData<string> Public => [.. PublicAddresses];

    [Theory, MemberData(nameof(Private))]
    public void No_address_of_ours_or_our_neighbours_is_public(string address) => Assert.False(AddressRanges.IsPublic(IPAddress.Parse(address)));

    [Theory, MemberData(nameof(Public))]
    public void The_addresses_beside_them_are(string address) => Assert.True(AddressRanges.IsPublic(IPAddress.Parse(address)));

    [Theory, MemberData(nameof(Private))]
    public void In_a_URL_it_is_refused_before_anything_is_sent(string address)
    {
        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;

        Assert.NotNull(Guards.Policy(Guards.Settings()).Refuse(new Uri($"http://{host}/")));
        Assert.NotNull(Guards.Policy(Guards.Settings()).Refuse(new Uri($"https://{host}:8443/x?y=z")));
    }

    [Theory, MemberData(nameof(Public))]
    public void A_public_one_in_a_URL_is_called(string address)
    {
        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;

        Assert.Null(Guards.Policy(Guards.Settings()).Refuse(new Uri($"http://{host}/")));
    }

    [Theory, MemberData(nameof(Private))]
    public async Task Behind_a_name_it_is_refused_when_the_name_is_looked_up(string address)
    {
        var settings = Guards.Settings();
        var connections = new GuardedConnections(
            Guards.Policy(settings), new LyingResolver(address.Split('%')[0]), Microsoft.Extensions.Options.Options.Create(settings));

        await Assert.ThrowsAsync<RefusedTargetException>(() => connections.AddressesAsync("innocent.example", 443, CancellationToken.None));
    }

    [Theory]
    // one number, octal, hexadecimal, fewer and more parts, mixed
    [InlineData("http://2130706433/")]
    [InlineData("http://017700000001/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://0x7F.0.0.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://127.1/")]
    [InlineData("http://127.0.1/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://0/")]
    [InlineData("http://00000000000/")]
    [InlineData("http://3232235777/")]
    [InlineData("http://2852039166/")]
    [InlineData("http://0xa9fea9fe/")]
    [InlineData("http://0251.0376.0251.0376/")]
    [InlineData("http://169.254.43518/")]
    [InlineData("http://169.16689662/")]
    [InlineData("http://010.0.0.1/")]
    [InlineData("http://127.000.000.001/")]
    [InlineData("http://1.2.3.4.5/")]
    [InlineData("http://256.256.256.256/")]
    [InlineData("http://4294967297/")]
    [InlineData("http://127.0.0.0x1/")]
    [InlineData("http://example.com.0x7f/")]
    [InlineData("http://foo.127/")]
    // a trailing dot, other letters that become digits or dots
    [InlineData("http://127.0.0.1./")]
    [InlineData("http://169.254.169.254./")]
    [InlineData("http://１２７.０.０.１/")]
    [InlineData("http://①②⑦.⓪.⓪.①/")]
    [InlineData("http://127。0。0。1/")]
    [InlineData("http://169｡254｡169｡254/")]
    // credentials, zones, other schemes
    [InlineData("http://user@example.com/")]
    [InlineData("http://user:secret@example.com/")]
    [InlineData("http://example.com@127.0.0.1/")]
    [InlineData("http://127.0.0.1:80@169.254.169.254/")]
    [InlineData("http://[fe80::1%25eth0]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[0:0:0:0:0:ffff:7f00:0001]/")]
    [InlineData("http://[0000:0000:0000:0000:0000:0000:0000:0001]/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.com/")]
    [InlineData("gopher://example.com:6379/_INFO")]
    [InlineData("dict://example.com:11211/stat")]
    [InlineData("ldap://example.com/")]
    [InlineData("unix:///var/run/docker.sock")]
    [InlineData("jar:http://example.com!/")]
    [InlineData("ws://example.com/")]
    // other protocols' ports
    [InlineData("http://example.com:22/")]
    [InlineData("http://example.com:25/")]
    [InlineData("http://example.com:53/")]
    [InlineData("http://example.com:110/")]
    [InlineData("http://example.com:143/")]
    [InlineData("http://example.com:465/")]
    [InlineData("http://example.com:587/")]
    [InlineData("http://example.com:6667/")]
    [InlineData("http://example.com:2049/")]
    [InlineData("http://example.com:0/")]
    public void A_host_or_address_written_oddly_is_refused(string url) =>
        Assert.True(!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || Guards.Policy(Guards.Settings()).Refuse(parsed) is not null);

    [Theory]
    [InlineData("http://example.com/")]
    [InlineData("https://example.com:8443/")]
    [InlineData("http://EXAMPLE.com./")]
    [InlineData("http://bücher.example/")]
    [InlineData("http://xn--bcher-kva.example/")]
    [InlineData("http://under_score.example/")]
    [InlineData("http://1password.example/")]
    [InlineData("http://3com.example:3000/")]
    [InlineData("http://8.8.8.8/path/127.0.0.1")]
    public void An_ordinary_one_is_called(string url) => Assert.Null(Guards.Policy(Guards.Settings()).Refuse(new Uri(url)));

    [Fact]
    public void An_operator_opens_single_private_places()
    {
        var policy = Guards.Policy(Guards.Settings("10.1.0.0/16", "192.168.7.7", "intranet.example", "fd12::/16"));

        Assert.True(policy.Permits("x.example", IPAddress.Parse("10.1.2.3"), 443));
        Assert.True(policy.Permits("x.example", IPAddress.Parse("::ffff:10.1.2.3"), 443));
        Assert.True(policy.Permits("x.example", IPAddress.Parse("192.168.7.7"), 443));
        Assert.True(policy.Permits("x.example", IPAddress.Parse("fd12::1"), 443));
        Assert.True(policy.Permits("intranet.example", IPAddress.Parse("10.9.9.9"), 443));
        Assert.False(policy.Permits("x.example", IPAddress.Parse("10.2.0.1"), 443));
        Assert.False(policy.Permits("x.example", IPAddress.Parse("192.168.7.8"), 443));
        Assert.False(policy.Permits("sub.intranet.example", IPAddress.Parse("10.9.9.9"), 443));
        Assert.False(policy.Permits("intranet.example", IPAddress.Parse("169.254.169.254"), 443));
    }

    [Fact]
    public void A_place_with_a_port_is_open_there_alone()
    {
        var policy = Guards.Policy(Guards.Settings("127.0.0.1:8081", "[fd12::7]:8081", "10.1.0.0/16:8081", "shop.example:8081"));

        foreach (var (url, isOpen) in new[]
        {
            ("http://127.0.0.1:8081/", true), ("http://127.0.0.1:8082/", false), ("http://127.0.0.1/", false), ("http://127.0.0.2:8081/", false),
            ("http://[fd12::7]:8081/", true), ("http://[fd12::7]/", false), ("http://10.1.2.3:8081/", true), ("http://10.1.2.3/", false),
        })
        {
            Assert.True(policy.Refuse(new Uri(url)) is null == isOpen, url);
        }

        Assert.True(policy.Permits("shop.example", IPAddress.Loopback, 8081));
        Assert.False(policy.Permits("shop.example", IPAddress.Loopback, 8082));
    }

    [Fact]
    public void An_operator_closes_hosts_addresses_and_ports()
    {
        var settings = Guards.Settings("10.0.0.0/8");
        settings.DeniedTargets.Add("Evil.example");
        settings.DeniedTargets.Add("10.6.6.0/24");
        settings.Ports.Add(443);
        var policy = Guards.Policy(settings);

        Assert.NotNull(policy.Refuse(new Uri("https://evil.example/")));
        Assert.NotNull(policy.Refuse(new Uri("https://a.b.EVIL.example./")));
        Assert.Null(policy.Refuse(new Uri("https://notevil.example/")));
        Assert.False(policy.Permits("x.example", IPAddress.Parse("10.6.6.6"), 443));
        Assert.True(policy.Permits("x.example", IPAddress.Parse("10.6.7.6"), 443));
        Assert.NotNull(policy.Refuse(new Uri("https://fine.example:8443/")));
        Assert.Null(policy.Refuse(new Uri("https://fine.example/")));
    }

    [Fact]
    public void A_setting_that_says_nothing_stops_the_start() =>
        Assert.Throws<InvalidOperationException>(() => Guards.Policy(Guards.Settings("10.0.0.0/99")));
}
