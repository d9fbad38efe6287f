using System.Net.Sockets;
using System.Text;
using AiTeams.LocalHosting;

namespace AiTeams.AppHost.Tests.Running;

/// <summary>One real server, the quickest of the three, through the product's own scripts.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task A_server_starts_is_started_again_when_killed_and_stops_with_the_rest()
    {
        await using var scenario = new Scenario();
        var redis = scenario.Builder.AddRedis("redis").WithDataVolume();
        scenario.AddSample("web").WithReference(redis).WaitFor(redis);
        await scenario.StartAsync();
        await scenario.HealthyAsync("web");
        Assert.Contains("web: waiting for redis", scenario.HostLog, StringComparison.Ordinal);
        Assert.Equal("+PONG", await AskAsync(redis, "PING"));

        var first = PidOf(scenario);
        first.Signal(PosixSignalNumber.Kill);
        await Scenario.UntilAsync(() => scenario.HostLog.Contains("redis: ready again", StringComparison.Ordinal), "redis to come back");

        var second = PidOf(scenario);
        Assert.NotEqual(first, second);
        Assert.Equal("+PONG", await AskAsync(redis, "PING"));
        await scenario.StopAsync();
        Assert.False(second.IsAlive);
    }

    private static ProcessIdentity PidOf(Scenario scenario)
    {
        var pid = int.Parse(File.ReadAllText(scenario.PathOf("servers/redis/redis.pid")), System.Globalization.CultureInfo.InvariantCulture);
        return ProcessIdentity.Of(pid) ?? throw new InvalidOperationException("Redis is not running.");
    }

    private static async Task<string> AskAsync(IResourceBuilder<RedisResource> redis, string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(redis.Resource.PrimaryEndpoint.Host, redis.Resource.PrimaryEndpoint.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"AUTH {redis.Resource.PasswordParameter!.Current}\r\n{command}\r\n"));
        using var reader = new StreamReader(stream);
        await reader.ReadLineAsync();
        return await reader.ReadLineAsync() ?? "";
    }
}
