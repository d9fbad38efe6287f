namespace AiTeams.Testing.Tests;

public sealed class PrivateServersTests
{
    [Fact]
    public async Task A_killed_server_starts_again_with_its_data_and_all_are_gone_when_disposed()
    {
        await using var servers = await PrivateServers.CreateAsync();
        await servers.Set.StartAsync(Server.Redis);
        Assert.False(FreePorts.IsFree(servers.Set.Port(Server.Redis)));
        var shared = await TestServers.UseAsync(Server.Redis);
        Assert.NotEqual(shared.Port(Server.Redis), servers.Set.Port(Server.Redis));

        await TestRedis.RunAsync(servers.Set, "SET", "kept", "yes");
        await servers.Set.KillAsync(Server.Redis);
        await Eventually.AssertAsync(
            () => FreePorts.IsFree(servers.Set.Port(Server.Redis)), TimeSpan.FromSeconds(10), "the killed server has gone");
        await servers.Set.StartAsync(Server.Redis);

        Assert.Equal("yes", await TestRedis.RunAsync(servers.Set, "GET", "kept"));
    }
}
