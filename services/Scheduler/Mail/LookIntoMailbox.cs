using AiTeams.Contracts.Integrations.V1;
using AiTeams.Scheduler.Firing;
using AiTeams.Scheduler.Triggers;
using Grpc.Core;
using IntegrationsClient = AiTeams.Contracts.Integrations.V1.Integrations.IntegrationsClient;

namespace AiTeams.Scheduler.Mail;

/// <summary>
/// Reads what has come into one mailbox and fires for it, one message in memory at a time. A message is fired first and remembered then: whoever dies
/// between the two fires it again, under the same id, which starts nothing.
/// </summary>
internal sealed class LookIntoMailbox(IntegrationsClient integrations, FireMatches fire, FiringCounters counters, TimeProvider clock)
{
    private const int Page = 20;
    private const int MaxMessageBytes = 25 * 1024 * 1024;
    private const int LongestError = 500;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    public async Task<MailboxLook> HandleAsync(DueMailbox mailbox, CancellationToken cancellationToken)
    {
        var settings = EmailSettings.Read(mailbox.Trigger.Configuration).Settings;
        var look = new Look(mailbox, settings, fire, counters, clock);
        try
        {
            var request = Request(mailbox, settings);
            using var call = integrations.ReadMailbox(request, deadline: (clock.GetUtcNow() + Timeout + Timeout).UtcDateTime, cancellationToken: cancellationToken);
            await foreach (var part in call.ResponseStream.ReadAllAsync(cancellationToken))
            {
                await look.TakeAsync(part);
            }
        }
        catch (RpcException failure) when (!cancellationToken.IsCancellationRequested)
        {
            look.Fail($"The mailbox could not be read just now ({failure.StatusCode}).");
        }

        return look.Result();
    }

    private static ReadMailboxRequest Request(DueMailbox mailbox, EmailSettings settings) => new()
    {
        Context = new CallContext
        {
            UserId = mailbox.Trigger.UserId.ToString("D"),
            WorkflowId = mailbox.Trigger.WorkflowId.ToString("D"),
            NodeId = mailbox.Trigger.NodeId,
            Attempt = mailbox.Failures,
        },
        Server = new MailServer
        {
            Host = settings.Server.Host,
            Port = settings.Server.Port,
            Username = settings.Server.Username,
            Password = settings.Server.Password,
            Security = settings.Server.Security,
        },
        Folder = settings.Folder,
        UidValidity = (uint)(mailbox.Position.UidValidity ?? 0),
        AfterUid = (uint)mailbox.Position.LastUid,
        MaxMessages = Page,
        MaxMessageBytes = MaxMessageBytes,
        TimeoutMs = (int)Timeout.TotalMilliseconds,
    };

    /// <summary>One look as it goes on.</summary>
    private sealed class Look(DueMailbox mailbox, EmailSettings settings, FireMatches fire, FiringCounters counters, TimeProvider clock)
    {
        private MailboxPosition _position = mailbox.Position;
        private string? _error;
        private bool _isNew;
        private int _messages;

        public async Task TakeAsync(ReadMailboxResponse part)
        {
            switch (part.PartCase)
            {
                case ReadMailboxResponse.PartOneofCase.State:
                    Take(part.State);
                    break;
                case ReadMailboxResponse.PartOneofCase.Message:
                    await TakeAsync(part.Message);
                    break;
                case ReadMailboxResponse.PartOneofCase.Failure:
                    Fail(part.Failure.Message);
                    break;
            }
        }

        public void Fail(string error)
        {
            var secret = settings.Server.Password;
            error = secret.Length > 0 ? error.Replace(secret, "***", StringComparison.Ordinal) : error;
            _error = MailText.Storable(error, LongestError);
            counters.Failed(mailbox.Trigger.WorkflowId, mailbox.Trigger.NodeId, clock.GetUtcNow(), _error);
        }

        public MailboxLook Result() => new(
            mailbox, _position, _error,
            _error is not null ? PauseAfter(mailbox.Failures + 1)
                : _isNew || _messages == Page ? TimeSpan.Zero
                : settings.PollingInterval);

        // Never sooner than usual, and at last once an hour: a server that does not let somebody in counts how often he tries.
        private TimeSpan PauseAfter(int failures) =>
            TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, settings.PollingInterval.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 10))));

        private void Take(MailboxState state)
        {
            if (_position.UidValidity is null)
            {
                // What is there already came before anybody listened.
                _position = new MailboxPosition(state.UidValidity, Math.Max(0L, (long)state.UidNext - 1), 0);
            }
            else if (state.IsNew)
            {
                // All numbers are new ones: it is gone through again from the first, and ids and dates say what is new.
                _position = new MailboxPosition(state.UidValidity, 0, state.UidNext);
                _isNew = true;
            }
        }

        private async Task TakeAsync(MailboxMessage message)
        {
            _messages++;
            var receivedAt = message.ReceivedAt?.ToDateTimeOffset() ?? clock.GetUtcNow();
            if (message.Uid <= _position.LastUid || (message.Uid < _position.RenumberedBelow && receivedAt < mailbox.ListeningSince))
            {
                Passed(message.Uid);
                return;
            }

            var (mail, fault) = MimeText.Read(message.Raw.Memory, message.IsTooLarge);
            if (mail is null)
            {
                counters.Failed(
                    mailbox.Trigger.WorkflowId, mailbox.Trigger.NodeId, clock.GetUtcNow(), $"Message {message.Uid} was passed over: {fault}");
            }
            else if (settings.Wants(mail))
            {
                var data = EmailTrigger.Data(settings, mail, receivedAt, clock.GetUtcNow());
                await fire.HandleAsync([new Delivery(mailbox.Trigger, mail.Id, data) { Patience = Patience }]);
            }

            Passed(message.Uid);
        }

        private void Passed(uint uid) => _position = _position with { LastUid = Math.Max(_position.LastUid, uid) };
    }
}
