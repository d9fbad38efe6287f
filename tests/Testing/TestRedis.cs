namespace AiTeams.Testing;

/// <summary>A key prefix of its own on the shared Redis. Its keys are deleted when disposed.</summary>
public sealed class TestRedis : IAsyncDisposable
{
    private const string DeleteByPattern =
        "local c = '0' repeat local r = redis.call('SCAN', c, 'MATCH', ARGV[1], 'COUNT', 1000) c = r[1] "
        + "for _, k in ipairs(r[2]) do redis.call('UNLINK', k) end until c == '0'";

    private static int _count;

    private readonly ServerSet _servers;

    private TestRedis(ServerSet servers, string prefix) => (_servers, Prefix) = (servers, prefix);

    /// <summary>What the setting Redis:Prefix of a service is.</summary>
    public string Prefix { get; }

    /// <summary>host:port,password=...</summary>
    public string ConnectionString => _servers.Address(Server.Redis);

    public static async Task<TestRedis> CreateAsync()
        => new(await TestServers.UseAsync(Server.Redis), $"test-{TestProcesses.Own}-{Interlocked.Increment(ref _count)}:");

    /// <summary>One command, and redis-cli's answer to it.</summary>
    public Task<string> RunAsync(params string[] command) => RunAsync(_servers, command);

    public async ValueTask DisposeAsync() => await RunAsync(_servers, "EVAL", DeleteByPattern, "0", $"{Prefix}*");

    internal static async Task<string> RunAsync(ServerSet servers, params string[] command)
    {
        var result = await CommandLine.RunAsync(
            "redis-cli",
            ["-e", "-h", "127.0.0.1", "-p", $"{servers.Settings.RedisPort}", .. command],
            "/",
            new Dictionary<string, string?> { ["REDISCLI_AUTH"] = servers.Settings.RedisPassword });
        result.EnsureSuccess();
        return result.Output.Trim();
    }
}
