using System.Diagnostics.CodeAnalysis;
using StackExchange.Redis;

namespace AiTeams.Gateway.Limits;

/// <summary>
/// Redis as far as the gateway needs it. Connects in the background, so that the gateway starts and serves without it; gives up
/// on a call after a moment, because the client's own asynchronous calls wait for ever; and leaves a server that just failed
/// alone for two, so that an outage does not cost every request that moment.
/// </summary>
internal sealed partial class RedisConnection(IConfiguration configuration, TimeProvider clock, ILogger<RedisConnection> logger)
    : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private readonly string _prefix = configuration["Redis:Prefix"] ?? "";
    private Task<ConnectionMultiplexer>? _connecting;
    private long _restUntil;
    private int _away;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration.GetConnectionString("redis") is { Length: > 0 } text)
        {
            var options = ConfigurationOptions.Parse(text);
            options.AbortOnConnectFail = false;
            options.ConnectTimeout = 2000;
            options.ClientName = "aiteams-gateway";
            _connecting = Task.Run(() => ConnectionMultiplexer.ConnectAsync(options), CancellationToken.None);
        }
        else
        {
            LogNotConfigured();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs a script; null when Redis did not answer.</summary>
    public Task<RedisResult?> EvaluateAsync(string script, string key, params RedisValue[] arguments) =>
        TryAsync<RedisResult?>(database => database.ScriptEvaluateAsync(script, [_prefix + key], arguments)!);

    /// <summary>Forgets a key, if Redis is there.</summary>
    public Task DeleteAsync(string key) => TryAsync<object?>(async database => await database.KeyDeleteAsync(_prefix + key));

    public bool IsConnected => _connecting is { IsCompletedSuccessfully: true, Result.IsConnected: true };

    [SuppressMessage("Design", "CA1031", Justification = "Whatever is wrong with Redis, requests go on without it.")]
    private async Task<T?> TryAsync<T>(Func<IDatabase, Task<T>> call)
    {
        if (_connecting is not { IsCompletedSuccessfully: true } || clock.GetTimestamp() < Volatile.Read(ref _restUntil))
        {
            return default;
        }

        var database = _connecting.Result.GetDatabase();
        try
        {
            var answer = await OnceMoreWithoutScriptAsync(() => call(database)).WaitAsync(Patience, clock);
            if (Interlocked.Exchange(ref _away, 0) == 1)
            {
                LogBack();
            }

            return answer;
        }
        catch (Exception failure)
        {
            Volatile.Write(ref _restUntil, clock.GetTimestamp() + (long)(Rest.TotalSeconds * clock.TimestampFrequency));
            if (Interlocked.Exchange(ref _away, 1) == 0)
            {
                LogAway(failure.Message);
            }

            return default;
        }
    }

    // After a restart of the server the client still believes that its scripts are loaded: the first call fails, the next loads them.
    private static async Task<T> OnceMoreWithoutScriptAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RedisServerException refused) when (refused.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await call();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connecting is { IsCompletedSuccessfully: true })
        {
            await _connecting.Result.CloseAsync(allowCommandsToComplete: false);
            _connecting.Result.Dispose();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis does not answer; requests are not counted against limits, sign-in is limited in memory: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redis answers again")]
    private partial void LogBack();

    [LoggerMessage(Level = LogLevel.Warning, Message = "ConnectionStrings:redis is not set; only sign-in is limited, in memory")]
    private partial void LogNotConfigured();
}
