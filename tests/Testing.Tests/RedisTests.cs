namespace AiTeams.Testing.Tests;

public sealed class RedisTests
{
    [Fact]
    public async Task Keys_go_with_their_prefix_and_no_others_do()
    {
        await using var kept = await TestRedis.CreateAsync();
        var gone = await TestRedis.CreateAsync();
        await kept.RunAsync("SET", $"{kept.Prefix}a", "1");
        await kept.RunAsync("SET", $"{gone.Prefix}a", "1");

        await gone.DisposeAsync();

        Assert.Equal("1", await kept.RunAsync("EXISTS", $"{kept.Prefix}a"));
        Assert.Equal("0", await kept.RunAsync("EXISTS", $"{gone.Prefix}a"));
    }
}
