using System.Text.Json.Nodes;
using AiTeams.Contracts.Integrations.V1;
using AiTeams.Integrations.CallLog;
using MimeKit;

namespace AiTeams.Integrations.Mail;

/// <summary>A conversation with a mail server as a row of the call log: how many and how much, never what or to whom.</summary>
internal static class MailCallRecord
{
    public static CallRecord Sent(CallOwner owner, DateTimeOffset calledAt, MailTarget target, MimeMessage message, MailFailure? failure, TimeSpan duration) =>
        Of(owner, calledAt, target, "send_mail", failure, duration) with
        {
            RequestData = new JsonObject { ["message_id"] = message.MessageId, ["recipients"] = message.GetRecipients().Count, ["attachments"] = message.Attachments.Count() }.ToJsonString(),
        };

    public static CallRecord Read(CallOwner owner, DateTimeOffset calledAt, MailTarget target, ReadMailboxRequest request, int messages, MailFailure? failure, TimeSpan duration) =>
        Of(owner, calledAt, target, "read_mailbox", failure, duration) with
        {
            RequestData = new JsonObject { ["folder"] = request.Folder.Replace("\0", "", StringComparison.Ordinal), ["after_uid"] = request.AfterUid }.ToJsonString(),
            ResponseData = new JsonObject { ["messages"] = messages }.ToJsonString(),
        };

    private static CallRecord Of(CallOwner owner, DateTimeOffset calledAt, MailTarget target, string operation, MailFailure? failure, TimeSpan duration) => new()
    {
        Owner = owner,
        CalledAt = calledAt,
        Provider = target.Protocol,
        Operation = operation,
        Endpoint = target.Endpoint,
        Method = target.Protocol.ToUpperInvariant(),
        Success = failure is null,
        ErrorType = failure?.Code,
        ErrorMessage = failure?.Message,
        ResponseTimeMs = (int)Math.Min(int.MaxValue, duration.TotalMilliseconds),
    };
}
