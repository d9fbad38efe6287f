using AiTeams.HumanInTheLoop.Resuming;
using Grpc.Core;

namespace AiTeams.HumanInTheLoop.Delivering;

/// <summary>Sends what is queued, any number of services at once, each message again until the channel has taken it or never will.</summary>
internal sealed partial class DeliverMessages(
    DeliveryQueue queue, SendToSlack slack, SendByMail mail, SendToWebhook webhook, HilAlarm alarm, TimeProvider clock, ILogger<DeliverMessages> logger) : BackgroundService
{
    /// <summary>Over some twenty minutes.</summary>
    public const int MaxAttempts = 10;

    private const int Batch = 50;
    private const int AtOnce = 16;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WhileAway = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenForgetting = TimeSpan.FromMinutes(10);
    private DateTimeOffset _forgotten;

    /// <summary>Tries one batch and returns how many messages it had.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var claimed = await queue.ClaimAsync(Batch, cancellationToken);
        await Parallel.ForEachAsync(
            claimed, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (delivery, token) => await DeliverAsync(delivery, token));
        if (clock.GetUtcNow() - _forgotten > BetweenForgetting)
        {
            await queue.ForgetSecretsAsync(cancellationToken);
            _forgotten = clock.GetUtcNow();
        }

        return claimed.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) == 0)
                {
                    await alarm.ForDeliveriesAsync(LongestSleep, stoppingToken);
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);                            // a failed round must not end the duty
                await Task.Delay(LongestSleep, clock, stoppingToken);
            }
        }
    }

    private async Task DeliverAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        if (delivery.Asks && !delivery.Interaction.IsPending)
        {
            await queue.DropAsync(delivery, cancellationToken);
            return;
        }

        switch (await SendAsync(delivery, cancellationToken))
        {
            case DeliveryResult.Sent sent:
                await queue.SentAsync(delivery, sent.Reference, cancellationToken);
                break;
            case DeliveryResult.Again again when again.IsOurs || delivery.Attempts < MaxAttempts:
                await queue.AgainAsync(delivery, again.IsOurs ? WhileAway : Pause(delivery.Attempts, again.After), isAttempt: !again.IsOurs, again.Reason, cancellationToken);
                break;
            case DeliveryResult.Again again:
                LogGivenUp(delivery.Id, delivery.Channel);
                await queue.FailAsync(delivery, again.Reason, cancellationToken);
                break;
            case DeliveryResult.Failed failed:
                LogGivenUp(delivery.Id, delivery.Channel);
                await queue.FailAsync(delivery, failed.Reason, cancellationToken);
                break;
        }
    }

    private async Task<DeliveryResult> SendAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            var deadline = clock.GetUtcNow().UtcDateTime + LongestAnswer;
            return delivery.Channel switch
            {
                "slack" => await slack.SendAsync(delivery, deadline, cancellationToken),
                "email" => await mail.SendAsync(delivery, deadline, cancellationToken),
                "webhook" => await webhook.SendAsync(delivery, deadline, cancellationToken),
                _ => new DeliveryResult.Failed($"There is no channel {delivery.Channel}."),
            };
        }
        catch (RpcException failure) when (!cancellationToken.IsCancellationRequested)
        {
            return failure.StatusCode is StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.NotFound or StatusCode.Unimplemented
                ? new DeliveryResult.Failed($"It could not be handed over: {failure.Status.Detail}")
                : new DeliveryResult.Again("The way out is away for a while.", IsOurs: true);
        }
    }

    // Not all at once when a channel is back.
    private static TimeSpan Pause(int attempts, TimeSpan? after)
    {
        var pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, Math.Min(attempts, 10)))) * (0.75 + (Random.Shared.NextDouble() / 2));
        return after > pause ? after.Value : pause;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {DeliveryId} cannot be delivered by {Channel}")]
    private partial void LogGivenUp(Guid deliveryId, string channel);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Messages could not be sent; the next round tries again")]
    private partial void LogFailed(Exception exception);
}
