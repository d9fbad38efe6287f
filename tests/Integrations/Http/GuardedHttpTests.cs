using System.Text;
using AiTeams.Integrations.Http;
using AiTeams.Integrations.Tests.Outside;
using Microsoft.AspNetCore.Builder;

namespace AiTeams.Integrations.Tests.Http;

/// <summary>What the one way out does, and what it makes of a world that misbehaves.</summary>
public sealed class GuardedHttpTests : IAsyncLifetime
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    private readonly GuardedHttp _http = Guards.Http(Guards.Settings("127.0.0.0/8"));
    private WebApplication _world = null!;
    private WebApplication _elsewhere = null!;

    public async Task InitializeAsync() => (_world, _elsewhere) = (await Worlds.StartAsync(), await Worlds.StartAsync());

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        await _elsewhere.DisposeAsync();
    }

    [Theory]
    [InlineData(303, "POST", "GET")]
    [InlineData(302, "POST", "GET")]
    [InlineData(301, "POST", "GET")]
    [InlineData(307, "POST", "POST")]
    [InlineData(308, "POST", "POST")]
    [InlineData(301, "PUT", "PUT")]
    [InlineData(303, "DELETE", "GET")]
    public async Task A_redirect_keeps_or_changes_the_method_as_RFC_9110_says(int status, string method, string then)
    {
        var result = await SendAsync(Request(method, Away(At("/echo"), status)) with { Body = "{}"u8.ToArray(), Headers = [new("Content-Type", "application/json")] });

        var text = Encoding.UTF8.GetString(result.Body.Span);
        Assert.StartsWith($"{then} ", text, StringComparison.Ordinal);
        Assert.Contains(then == method ? "type=application/json " : "type= ", text, StringComparison.Ordinal);
        Assert.Equal([At("/echo")], result.Redirects);
    }

    [Fact]
    public async Task Credentials_and_what_the_author_called_a_secret_stay_with_the_origin_they_were_given_for()
    {
        var headers = new[] { KeyValuePair.Create("Authorization", "Bearer secret"), KeyValuePair.Create("X-My-Key", "key-1234") };

        Assert.Contains("auth=Bearer secret key=key-1234", await BodyAsync(Request("GET", Away(At("/echo"), 302)) with { Headers = headers }), StringComparison.Ordinal);
        Assert.Contains("auth= key= ", await BodyAsync(Request("GET", Away(Elsewhere("/echo"), 302)) with { Headers = headers }), StringComparison.Ordinal);
        var thereAndBack = Elsewhere($"/away?status=302&to={Uri.EscapeDataString(At("/echo"))}");
        Assert.Contains("auth= key= ", await BodyAsync(Request("GET", Away(thereAndBack, 302)) with { Headers = headers }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookies_of_one_call_are_not_shown_in_the_next_and_nobody_learns_our_trace()
    {
        await BodyAsync(Request("GET", At("/cookie")));
        Assert.Equal("cookie=", await BodyAsync(Request("GET", At("/cookie"))));
        Assert.Contains("trace=False", await BodyAsync(Request("GET", At("/echo"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_goes_wrong_is_a_result()
    {
        Assert.Equal(OutsideFailure.TooManyRedirects, await FailureAsync(Request("GET", Away(Away(At("/echo"), 302), 302)) with { MaxRedirects = 1 }));
        Assert.Equal(OutsideFailure.TooLarge, await FailureAsync(Request("GET", At("/flood")) with { MaxResponseBytes = 99_999 }));
        Assert.Equal(OutsideFailure.None, await FailureAsync(Request("GET", At("/flood")) with { MaxResponseBytes = 100_000 }));
        Assert.Equal(OutsideFailure.Timeout, await FailureAsync(Request("GET", At("/slow")) with { Timeout = TimeSpan.FromMilliseconds(200) }));
        Assert.Equal(OutsideFailure.Network, await FailureAsync(Request("GET", "http://127.0.0.1:8/")));
        Assert.Equal(OutsideFailure.InvalidRequest, await FailureAsync(Request("GET", "relative")));
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://user:pass@127.0.0.1/")]
    [InlineData("//169.254.169.254/latest/meta-data/")]
    [InlineData("http://127.0.0.1:25/")]
    public async Task A_redirect_to_what_may_not_be_called_is_refused(string to)
    {
        var result = await SendAsync(Request("GET", Away(to, 302)));

        Assert.Equal(OutsideFailure.Refused, result.Failure);
        Assert.DoesNotContain("pass@", result.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Not_followed_a_redirect_is_the_answer()
    {
        var result = await SendAsync(Request("GET", Away("http://169.254.169.254/", 302)) with { FollowRedirects = false });

        Assert.Equal((302, OutsideFailure.None), (result.StatusCode, result.Failure));
        Assert.Contains(result.Headers, header => header.Key == "location");
    }

    [Fact]
    public async Task A_name_is_called_at_the_address_that_was_checked_and_not_looked_up_again()
    {
        await using var server = new RawServer(Ok);
        var resolver = new LyingResolver("127.0.0.1", "10.0.0.1");
        var http = Guards.Http(Guards.Settings("127.0.0.1"), resolver);

        var first = await http.SendAsync(Request("GET", $"http://rebinding.example:{server.Port}/"), [], CancellationToken.None);
        var second = await http.SendAsync(Request("GET", $"http://rebinding.example:{server.Port}/"), [], CancellationToken.None);

        Assert.Equal((200, "ok"), (first.StatusCode, Encoding.UTF8.GetString(first.Body.Span)));
        Assert.Equal(OutsideFailure.Refused, second.Failure);
        Assert.Equal(2, resolver.Asked);
    }

    [Fact]
    public async Task Of_several_answers_only_those_that_may_be_called_are()
    {
        await using var server = new RawServer(Ok);
        var http = Guards.Http(Guards.Settings("127.0.0.1"), new LyingResolver("10.255.255.1 169.254.169.254 127.0.0.1"));

        Assert.Equal(200, (await http.SendAsync(Request("GET", $"http://mixed.example:{server.Port}/"), [], CancellationToken.None)).StatusCode);
    }

    [Fact]
    public async Task Without_leave_of_the_operator_loopback_is_not_called_by_any_name()
    {
        await using var server = new RawServer(Ok);
        var http = Guards.Http(Guards.Settings());

        foreach (var host in (string[])["127.0.0.1", "localhost", "LOCALHOST.", "[::1]", "[::ffff:127.0.0.1]", "127.1", "0"])
        {
            Assert.Equal(OutsideFailure.Refused, (await http.SendAsync(Request("GET", $"http://{host}:{server.Port}/"), [], CancellationToken.None)).Failure);
        }

        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task A_gzip_bomb_goes_off_at_the_limit_and_not_in_memory()
    {
        var before = GC.GetTotalAllocatedBytes();

        Assert.Equal(OutsideFailure.TooLarge, await FailureAsync(Request("GET", At("/bomb")) with { MaxResponseBytes = 1_000_000 }));

        // 200 MB would have come out of it; the server's own buffers are counted here too.
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 60_000_000);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\nnot a chunk")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 500\r\nConnection: close\r\n\r\ncut off")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("HTTP/1.1 20x OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip")]
    [InlineData("")]
    public async Task Garbage_instead_of_an_answer_is_a_network_error(string answer)
    {
        await using var server = new RawServer(answer);

        var result = await SendAsync(Request("GET", server.Url));

        Assert.Equal(OutsideFailure.Network, result.Failure);
        Assert.NotEmpty(result.ErrorMessage!);
    }

    [Fact]
    public async Task Headers_without_end_are_cut_off()
    {
        await using var server = new RawServer("HTTP/1.1 200 OK\r\nX: " + new string('x', 200_000) + "\r\n\r\n");

        Assert.Equal(OutsideFailure.Network, await FailureAsync(Request("GET", server.Url)));
    }

    [Fact]
    public async Task A_server_that_keeps_talking_for_ever_runs_out_of_time()
    {
        await using var server = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", dribbles: true);

        Assert.Equal(OutsideFailure.Timeout, await FailureAsync(Request("GET", server.Url) with { Timeout = TimeSpan.FromMilliseconds(300) }));
    }

    [Fact]
    public async Task A_certificate_nobody_vouches_for_is_refused_unless_the_author_says_otherwise()
    {
        using var certificate = RawServer.SelfSigned();
        await using var server = new RawServer(Ok, certificate: certificate);

        Assert.Equal(OutsideFailure.Tls, await FailureAsync(Request("GET", server.Url)));
        Assert.Equal(OutsideFailure.None, await FailureAsync(Request("GET", server.Url) with { AcceptAnyCertificate = true }));
        Assert.Equal(OutsideFailure.Tls, await FailureAsync(Request("GET", server.Url)));
    }

    [Theory]
    [InlineData("X-Name", "a\r\nHost: evil")]
    [InlineData("X-Name", "a\nb")]
    [InlineData("X-Name", "a\0b")]
    [InlineData("X-Name", "Zoë")]
    [InlineData("X Name", "a")]
    [InlineData("X-Name:", "a")]
    [InlineData("", "a")]
    [InlineData("X-Näme", "a")]
    [InlineData("Host", "internal.example")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Upgrade", "websocket")]
    [InlineData("Proxy-Authorization", "Basic x")]
    public async Task A_header_that_would_change_the_message_is_refused(string name, string value)
    {
        await using var server = new RawServer(Ok);

        Assert.Equal(OutsideFailure.InvalidRequest, await FailureAsync(Request("GET", server.Url) with { Headers = [new(name, value)] }));
        Assert.Equal(0, server.Connections);
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("TRACE")]
    [InlineData("GET / HTTP/1.1\r\nX: ")]
    [InlineData("")]
    public async Task A_method_that_is_none_is_refused(string method) =>
        Assert.Equal(OutsideFailure.InvalidRequest, await FailureAsync(Request(method, At("/echo"))));

    [Fact]
    public async Task A_caller_who_gives_up_ends_the_call()
    {
        using var enough = new CancellationTokenSource();
        var call = _http.SendAsync(Request("GET", At("/slow")), [], enough.Token);
        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private static OutsideRequest Request(string method, string url) => new()
    {
        Method = method,
        Url = url,
        FollowRedirects = true,
        MaxRedirects = 5,
        Timeout = TimeSpan.FromSeconds(30),
    };

    private string At(string path) => _world.Urls.First() + path;

    private string Elsewhere(string path) => _elsewhere.Urls.First() + path;

    private string Away(string to, int status) => At($"/away?status={status}&to={Uri.EscapeDataString(to)}");

    private Task<OutsideResponse> SendAsync(OutsideRequest request) => _http.SendAsync(request, ["key-1234"], CancellationToken.None);

    private async Task<string> BodyAsync(OutsideRequest request) => Encoding.UTF8.GetString((await SendAsync(request)).Body.Span);

    private async Task<OutsideFailure> FailureAsync(OutsideRequest request) => (await SendAsync(request)).Failure;
}
