using AiTeams.Contracts.Integrations.V1;
using AiTeams.Integrations.CallLog;
using MailKit.Net.Smtp;
using Microsoft.Extensions.Options;
using MimeKit;

namespace AiTeams.Integrations.Mail;

/// <summary>
/// Hands one message to a mail server, to all of its recipients or to none. Whatever the server does is an answer; only the caller's cancellation throws.
/// A time limit leaves open whether the message went: a repetition with the same message id may come twice, as one message.
/// </summary>
internal sealed class SendMail(MailConnections connections, IOptions<MailSettings> settings, ApiCallLog log, TimeProvider clock)
{
    private const int MaxTimeoutMilliseconds = 300_000;

    public async Task<SendMailResponse> HandleAsync(SendMailRequest request, CancellationToken cancellationToken)
    {
        var owner = CallOwner.From(request.Context);
        var calledAt = clock.GetUtcNow();
        var (target, failure) = MailTarget.Smtp(request.Server, settings.Value);
        if (target is null)
        {
            return new() { Failure = failure };
        }

        var (message, problem) = MailMessages.Build(request, target.From, calledAt);
        if (message is null)
        {
            return new() { Failure = MailFailures.Of("invalid_message", problem!, retryable: false) };
        }

        var started = clock.GetTimestamp();
        failure = await SendAsync(target, message, TimeSpan.FromMilliseconds(Math.Clamp(request.TimeoutMs, 1, MaxTimeoutMilliseconds)), cancellationToken);
        log.Add(MailCallRecord.Sent(owner, calledAt, target, message, failure, clock.GetElapsedTime(started)));
        return new() { MessageId = message.MessageId, Failure = failure };
    }

    private async Task<MailFailure?> SendAsync(MailTarget target, MimeMessage message, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var client = new SmtpClient { LocalDomain = message.From.Mailboxes.First().Domain };
        try
        {
            await connections.ConnectAsync(client, target, either.Token);
            await client.SendAsync(message, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return MailFailures.Of("timeout", $"{target.Endpoint} did not take the message within {timeout.TotalSeconds:0.###} s.", retryable: true);
        }
        catch (Exception ex) when (MailFailures.Of(ex, target) is { } known)
        {
            return known;
        }

        await SayGoodbyeAsync(client, either.Token);
        return null;
    }

    // It has taken the message: how it takes its leave changes nothing.
    private static async Task SayGoodbyeAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception ex) when (ex is IOException or OperationCanceledException or MailKit.ProtocolException or MailKit.CommandException)
        {
            // gone without a word
        }
    }
}
