using System.Diagnostics.CodeAnalysis;
using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AiTeams.ServiceDefaults.Messaging;

/// <summary>A message from this process to itself.</summary>
internal sealed record Chirp(Guid Instance);

/// <summary>Where this process hears its own messages, and when it last did. Apart from the canary, because the bus is built with it.</summary>
internal sealed class CanaryEar(TimeProvider clock)
{
    private long _heardAt = clock.GetTimestamp();

    public Guid Instance { get; } = Guid.NewGuid();

    /// <summary>The queue of this process alone; it goes with the process.</summary>
    public string Queue => $"canary-{Instance:N}";

    public Uri? Address { get; set; }

    public TimeSpan Silence => clock.GetElapsedTime(Volatile.Read(ref _heardAt));

    public void Hear(Chirp chirp)
    {
        if (chirp.Instance == Instance)
        {
            StartAnew();
        }
    }

    public void StartAnew() => Volatile.Write(ref _heardAt, clock.GetTimestamp());
}

/// <summary>
/// Finds out whether the bus carries messages, by sending one to itself every ten seconds. After a restart of the broker
/// under load the bus can stay dead while its own health check says it is fine, and starting it anew does not help; a new
/// process does. So when nothing has come back for thirty seconds although the broker answers and the bus is content, this process ends.
/// </summary>
internal sealed partial class Canary(
    IBusControl bus, CanaryEar ear, BrokerAddress broker, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<Canary> logger)
    : BackgroundService, IHealthCheck
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // The bus knows that it is not connected and goes on trying: a wrong password or a missing virtual host, which no new process cures.
    public static readonly TimeSpan PatienceWhileConnecting = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Reach = TimeSpan.FromSeconds(3);

    private volatile bool _dead;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_dead
            ? new HealthCheckResult(context.Registration.FailureStatus, "The broker answers, yet no message comes back through it.")
            : HealthCheckResult.Healthy());

    /// <summary>Sends one message and judges the silence so far.</summary>
    /// <returns>False when only a new process will help.</returns>
    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!await broker.IsReachableAsync(Reach, cancellationToken))
        {
            // Silence with the broker away says nothing about us: patience begins anew when it is back.
            ear.StartAnew();
            return true;
        }

        if (ear.Silence >= (bus.CheckHealth().Status == BusHealthStatus.Healthy ? Patience : PatienceWhileConnecting))
        {
            _dead = true;
            return false;
        }

        await ChirpAsync(cancellationToken);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (!await RunOnceAsync(stoppingToken))
                {
                    LogDead(ear.Silence.TotalSeconds);
                    Environment.ExitCode = 1;
                    lifetime.StopApplication();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever keeps the message from being sent, the silence that follows is what counts.")]
    private async Task ChirpAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Reach);
            var endpoint = await bus.GetSendEndpoint(ear.Address!);
            await endpoint.Send(new Chirp(ear.Instance), patience.Token);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotSent(failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "No message came back through the broker for {Seconds} s although it answers; ending this process")]
    private partial void LogDead(double seconds);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The canary's message was not sent: {Reason}")]
    private partial void LogNotSent(string reason);
}
