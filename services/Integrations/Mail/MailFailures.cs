using System.Net.Sockets;
using AiTeams.Contracts.Integrations.V1;
using AiTeams.Integrations.CallLog;
using AiTeams.Integrations.Outside;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;
using AuthenticationException = MailKit.Security.AuthenticationException;

namespace AiTeams.Integrations.Mail;

/// <summary>What a mail server's refusal, or its silence, means for the caller.</summary>
internal static class MailFailures
{
    private const int PermanentlyRefused = 500;

    public static MailFailure Of(string code, string message, bool retryable) => new() { Code = code, Message = message, Retryable = retryable };

    /// <summary>The failure an exception stands for; null when it is a fault of ours.</summary>
    public static MailFailure? Of(Exception exception, MailTarget target)
    {
        var failure = exception switch
        {
            RefusedTargetException refused => Of("target_refused", refused.Message, retryable: false),
            SslHandshakeException or System.Security.Authentication.AuthenticationException =>
                Of("tls", $"No secure connection to {target.Endpoint}: {Innermost(exception)}", retryable: false),
            // MailKit's word for a server that offers no STARTTLS.
            NotSupportedException => Of("tls", $"{target.Endpoint} offers no secure connection.", retryable: false),
            AuthenticationException refused => Of("authentication", $"{target.Endpoint} did not let '{target.Username}' in: {refused.Message}", IsTemporary(refused)),
            ServiceNotAuthenticatedException => Of("authentication", $"{target.Endpoint} wants somebody to sign in.", retryable: false),
            SmtpCommandException refused => OfSmtp(refused),
            FolderNotFoundException missing => Of("mailbox", $"There is no folder '{missing.FolderName}'.", retryable: false),
            ImapCommandException refused => Of("mailbox", $"The mailbox cannot be read: {refused.ResponseText}", retryable: true),
            SocketException socket => Of("network", $"No connection to {target.Endpoint}: {socket.SocketErrorCode}.", retryable: true),
            IOException or ServiceNotConnectedException or ProtocolException => Of("network", $"The conversation with {target.Endpoint} broke off.", retryable: true),
            _ => null,
        };
        if (failure is not null)
        {
            failure.Message = Redaction.WithoutSecrets(failure.Message, target.Secrets);
        }

        return failure;
    }

    // RFC 5321, section 4.2.1: 4yz may be tried again, 5yz may not.
    private static MailFailure OfSmtp(SmtpCommandException refused)
    {
        var retryable = (int)refused.StatusCode is >= 400 and < PermanentlyRefused;
        return refused.ErrorCode switch
        {
            SmtpErrorCode.RecipientNotAccepted => Of("recipient_refused", $"{refused.Mailbox?.Address} was not accepted: {Said(refused)}", retryable),
            SmtpErrorCode.SenderNotAccepted => Of("sender_refused", $"{refused.Mailbox?.Address} may not send: {Said(refused)}", retryable),
            _ => Of("rejected", $"The message was not accepted: {Said(refused)}", retryable),
        };
    }

    private static string Said(SmtpCommandException refused) => $"{(int)refused.StatusCode} {refused.Message}";

    // 454: the server's own way of finding out is away for a while (RFC 4954, section 6).
    private static bool IsTemporary(AuthenticationException refused) =>
        refused.InnerException is SmtpCommandException { StatusCode: var status } && (int)status is >= 400 and < PermanentlyRefused;

    private static string Innermost(Exception exception) => (exception.InnerException ?? exception).GetBaseException().Message;
}
