using AiTeams.Contracts.Integrations.V1;
using AiTeams.HumanInTheLoop.Resuming;
using Grpc.Core;
using Microsoft.Extensions.Options;
using IntegrationsClient = AiTeams.Contracts.Integrations.V1.Integrations.IntegrationsClient;

namespace AiTeams.HumanInTheLoop.Replies;

/// <summary>
/// Looks into mailboxes that replies are waited for in, each by one service at a time. A reply is kept before the position moves on: whoever dies in
/// between has it found twice, under the same name. A mail that replies to nothing of ours leaves no trace.
/// </summary>
internal sealed partial class ReadMailboxes(
    Mailboxes mailboxes, ReplyStore store, IntegrationsClient integrations, HilAlarm alarm, IOptions<ReplySettings> settings, TimeProvider clock,
    ILogger<ReadMailboxes> logger) : BackgroundService
{
    private const int Batch = 10;
    private const int MaxMessages = 100;
    private const int MaxBytes = 2 * 1024 * 1024;

    /// <summary>At the first look: replies may have come between the question and it.</summary>
    private const uint FirstLook = 200;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private TimeSpan Between => TimeSpan.FromSeconds(settings.Value.MailSeconds);

    /// <summary>Looks into the mailboxes that are due and returns how many those were.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await mailboxes.ClaimAsync(Batch, cancellationToken);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = Batch, CancellationToken = cancellationToken }, async (mailbox, token) =>
        {
            try
            {
                await ReadAsync(mailbox, token);
            }
            catch (RpcException failure) when (!token.IsCancellationRequested)
            {
                await mailboxes.FailedAsync(mailbox, failure.Status.Detail, Between, token);
            }
        });
        if (due.Count == 0)
        {
            await mailboxes.ForgetAsync(cancellationToken);
        }

        return due.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) == 0)
                {
                    await Task.Delay(LongestSleep, clock, stoppingToken);
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);                            // a failed round must not end the duty
                await Task.Delay(LongestSleep, clock, stoppingToken);
            }
        }
    }

    private async Task ReadAsync(Mailbox mailbox, CancellationToken cancellationToken)
    {
        var look = await LookAsync(mailbox, (uint)(mailbox.UidValidity ?? 0), (uint)mailbox.LastUid, cancellationToken);
        if (look is { Failure: null, State: { } state } && (mailbox.UidValidity is null || state.IsNew))
        {
            look = await LookAsync(mailbox, state.UidValidity, state.UidNext > FirstLook ? state.UidNext - 1 - FirstLook : 0, cancellationToken);
        }

        if (look.Failure is not null || look.State is null)
        {
            if (look.Failure?.Code == "not_configured")
            {
                await mailboxes.FailedAsync(mailbox, look.Failure.Message, LongestPause, cancellationToken);
                return;                                   // the operator has none: people answer by the link
            }

            LogUnread(mailbox.Id, look.Failure?.Code ?? "no_answer");
            var pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Between.TotalSeconds * Math.Pow(2, Math.Min(mailbox.Failures, 10))));
            await mailboxes.FailedAsync(mailbox, look.Failure?.Message ?? "The mailbox gave no answer.", pause, cancellationToken);
            return;
        }

        // Between what was found and the state's next number is nothing that would still come.
        var last = look.Messages < MaxMessages && look.State.UidNext > 0 ? Math.Max(look.LastUid, look.State.UidNext - 1) : look.LastUid;
        await mailboxes.ReadAsync(mailbox, look.State.UidValidity, last, look.Messages == MaxMessages ? TimeSpan.Zero : Between, cancellationToken);
        if (look.Kept > 0)
        {
            alarm.Ring();
        }
    }

    private async Task<Look> LookAsync(Mailbox mailbox, uint uidValidity, uint after, CancellationToken cancellationToken)
    {
        var request = new ReadMailboxRequest
        {
            Context = new CallContext { UserId = mailbox.UserId.ToString("D") },
            Server = mailbox.Server,
            Folder = mailbox.Folder,
            UidValidity = uidValidity,
            AfterUid = after,
            MaxMessages = MaxMessages,
            MaxMessageBytes = MaxBytes,
            TimeoutMs = 60_000,
        };
        using var call = integrations.ReadMailbox(request, deadline: clock.GetUtcNow().UtcDateTime + Patience, cancellationToken: cancellationToken);
        var look = new Look { LastUid = after };
        await foreach (var part in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            switch (part.PartCase)
            {
                case ReadMailboxResponse.PartOneofCase.State:
                    look.State = part.State;
                    break;
                case ReadMailboxResponse.PartOneofCase.Failure:
                    look.Failure = part.Failure;
                    break;
                case ReadMailboxResponse.PartOneofCase.Message:
                    look.Kept += await KeepAsync(part.Message, look.State?.UidValidity ?? 0, cancellationToken) ? 1 : 0;
                    look.Messages++;
                    look.LastUid = Math.Max(look.LastUid, part.Message.Uid);
                    break;
            }
        }

        return look;
    }

    private async Task<bool> KeepAsync(MailboxMessage message, uint uidValidity, CancellationToken cancellationToken)
    {
        using var raw = new MemoryStream(message.Raw.ToByteArray(), writable: false);
        if (ReplyMail.Read(raw, $"{uidValidity}:{message.Uid}", clock.GetUtcNow()) is not { } reply)
        {
            return false;
        }

        var candidates = await store.FindAsync(reply, workflowId: null, cancellationToken);
        if (candidates.Count > 0)
        {
            await store.AddAsync(reply, candidates, cancellationToken);
        }

        return candidates.Count > 0;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mailbox {MailboxId} could not be read: {Code}")]
    private partial void LogUnread(Guid mailboxId, string code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mailboxes could not be read; the next round tries again")]
    private partial void LogFailed(Exception exception);

    private sealed class Look
    {
        public MailboxState? State { get; set; }

        public MailFailure? Failure { get; set; }

        public int Messages { get; set; }

        public int Kept { get; set; }

        public uint LastUid { get; set; }
    }
}
