using System.Net;
using System.Net.Sockets;
using AiTeams.LocalHosting;

namespace AiTeams.AppHost.Tests.Running;

public sealed class ReplicaTests
{
    [Fact]
    public async Task Replicas_answer_in_turn_on_one_port_and_one_that_is_gone_is_passed_over()
    {
        await using var scenario = new Scenario("--LocalHosting:RestartDelay=60", "--LocalHosting:LongestRestartDelay=60");
        var web = scenario.AddSample("web").WithReplicas(2);
        await scenario.StartAsync();
        await scenario.HealthyAsync("web");

        var both = await AskAsync(web);
        Assert.Equal(2, both.Distinct().Count());
        Assert.Equal(both[0], both[2]);

        Assert.Single(RunFile.Read(scenario.PathOf("run.txt")), entry => entry.Name == "web-0").Process.Signal(PosixSignalNumber.Kill);
        await Scenario.UntilAsync(() => scenario.HostLog.Contains("web-0: ended unexpectedly", StringComparison.Ordinal), "the end of web-0");
        Assert.Single((await AskAsync(web)).Distinct());
    }

    [Fact]
    public async Task A_connection_that_comes_too_early_waits_for_the_first_replica()
    {
        using var reserved = new TcpListener(IPAddress.Loopback, 0);
        reserved.Start();
        var target = ((IPEndPoint)reserved.LocalEndpoint).Port;
        reserved.Stop();
        using var front = new TcpListener(IPAddress.Loopback, 0);
        front.Start();
        var port = ((IPEndPoint)front.LocalEndpoint).Port;
        front.Stop();

        await using var proxy = new TcpProxy(port, [target]);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client.GetStream().WriteAsync("early"u8.ToArray());

        using var server = new TcpListener(IPAddress.Loopback, target);
        server.Start();
        using var accepted = await server.AcceptTcpClientAsync();
        var heard = new byte[5];
        await accepted.GetStream().ReadExactlyAsync(heard);
        Assert.Equal("early"u8.ToArray(), heard);
    }

    [Fact]
    public async Task Who_talks_to_a_replica_that_is_killed_learns_it_at_once()
    {
        using var replica = new TcpListener(IPAddress.Loopback, 0);
        replica.Start();
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        await using var proxy = new TcpProxy(port, [((IPEndPoint)replica.LocalEndpoint).Port]);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client.GetStream().WriteAsync("question"u8.ToArray());
        var accepted = await replica.AcceptSocketAsync();
        await accepted.ReceiveAsync(new byte[8]);

        accepted.LingerState = new LingerOption(true, 0);        // a reset, as when it is killed with something unread
        accepted.Dispose();

        var answer = client.GetStream().ReadAsync(new byte[1]).AsTask();
        await Task.WhenAny(answer).WaitAsync(Scenario.Limit);
        Assert.True(answer.IsFaulted || await answer == 0);
    }

    // A connection each: the proxy chooses by connection.
    private static async Task<string[]> AskAsync(IResourceBuilder<ProjectResource> web)
    {
        var answers = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            using var client = new HttpClient();
            answers.Add(await client.GetStringAsync(new Uri(web.GetEndpoint("http").Url + "/pid")));
        }

        return [.. answers];
    }
}
