namespace AiTeams.Gateway.Limits;

/// <summary>What becomes of a limit while Redis does not answer.</summary>
internal enum WithoutRedis
{
    /// <summary>Requests pass uncounted: a cache that is away must not take the product with it.</summary>
    Open,

    /// <summary>This process counts alone: guessing passwords must not become free.</summary>
    CountHere,
}

/// <summary>Counts requests in Redis, one round trip each, shared by all gateways.</summary>
internal sealed class RedisLimiter(RedisConnection redis, MemoryLimiter memory)
{
    private static readonly string Script = ReadScript();

    /// <returns>Null when the request is not limited: the limit is lifted, or Redis is away and that is to be borne.</returns>
    public async Task<Verdict?> TakeAsync(Limit limit, string identity, WithoutRedis otherwise)
    {
        if (limit.Requests <= 0)
        {
            return null;
        }

        var answer = await redis.EvaluateAsync(Script, Key(limit, identity), limit.Requests, (long)limit.Window.TotalMilliseconds);
        if (answer is not null)
        {
            var row = (long[])answer!;
            return Verdict.From(limit, row[0] == 1, row[1], row[2], DateTimeOffset.FromUnixTimeMilliseconds(row[3]));
        }

        return otherwise switch
        {
            WithoutRedis.Open => null,
            WithoutRedis.CountHere => memory.Take(limit, identity),
        };
    }

    /// <summary>Starts an identity's count again, as after a sign-in that succeeded.</summary>
    public Task ForgiveAsync(Limit limit, string identity)
    {
        memory.Forgive(limit, identity);
        return redis.DeleteAsync(Key(limit, identity));
    }

    private static string Key(Limit limit, string identity) => $"limit:{limit.Name}:{identity}";

    private static string ReadScript()
    {
        using var stream = typeof(RedisLimiter).Assembly.GetManifestResourceStream("AiTeams.Gateway.Limits.take.lua")
            ?? throw new InvalidOperationException("take.lua is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
