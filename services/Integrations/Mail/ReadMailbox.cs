using AiTeams.Contracts.Integrations.V1;
using AiTeams.Integrations.CallLog;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using Microsoft.Extensions.Options;

namespace AiTeams.Integrations.Mail;

/// <summary>
/// What has come into a mailbox since the last look, oldest first, one message in memory at a time. The folder is opened to be read only (EXAMINE), so
/// nothing is marked, moved or deleted. Whatever the server does is an answer; only the caller's cancellation throws.
/// </summary>
internal sealed class ReadMailbox(MailConnections connections, IOptions<MailSettings> settings, ApiCallLog log, TimeProvider clock)
{
    private const int MaxMessages = 500;
    private const int MaxBytes = 25 * 1024 * 1024;
    private const int MaxHeaderBytes = 256 * 1024;
    private const int MaxTimeoutMilliseconds = 300_000;

    public async Task HandleAsync(ReadMailboxRequest request, IServerStreamWriter<ReadMailboxResponse> answer, CancellationToken cancellationToken)
    {
        var owner = CallOwner.From(request.Context);
        var (target, failure) = MailTarget.Imap(request.Server, settings.Value);
        if (target is null)
        {
            await answer.WriteAsync(new() { Failure = failure }, cancellationToken);
            return;
        }

        var (calledAt, started, written) = (clock.GetUtcNow(), clock.GetTimestamp(), new Written(answer));
        var timeout = TimeSpan.FromMilliseconds(Math.Clamp(request.TimeoutMs, 1, MaxTimeoutMilliseconds));
        using var limit = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var client = new ImapClient();
            await connections.ConnectAsync(client, target, either.Token);
            await ReadAsync(client, request, written, either.Token);
            await client.DisconnectAsync(quit: true, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            failure = MailFailures.Of("timeout", $"{target.Endpoint} was not read within {timeout.TotalSeconds:0.###} s.", retryable: true);
        }
        catch (Exception ex) when (MailFailures.Of(ex, target) is { } known)
        {
            failure = known;
        }

        log.Add(MailCallRecord.Read(owner, calledAt, target, request, written.Messages, failure, clock.GetElapsedTime(started)));
        if (failure is not null)
        {
            await answer.WriteAsync(new() { Failure = failure }, cancellationToken);
        }
    }

    private static async Task ReadAsync(ImapClient client, ReadMailboxRequest request, Written written, CancellationToken cancellationToken)
    {
        var folder = request.Folder is "" or "INBOX" ? client.Inbox : await client.GetFolderAsync(request.Folder, cancellationToken);
        await folder.OpenAsync(FolderAccess.ReadOnly, cancellationToken);
        var isNew = request.UidValidity != 0 && request.UidValidity != folder.UidValidity;
        await written.AddAsync(new MailboxState { UidValidity = folder.UidValidity, UidNext = folder.UidNext?.Id ?? 0, IsNew = isNew }, cancellationToken);
        if ((request.UidValidity == 0 || isNew) && !request.FromBeginning)
        {
            return;
        }

        var after = request.UidValidity == 0 || isNew ? 0 : request.AfterUid;
        if (folder.Count == 0 || after == uint.MaxValue)
        {
            return;
        }

        // n:* always names the last message, also when it is older than n (RFC 9051, section 9, seq-range).
        var found = await folder.SearchAsync(SearchQuery.Uids(new UniqueIdRange(new UniqueId(after + 1), UniqueId.MaxValue)), cancellationToken);
        var wanted = found.Where(uid => uid.Id > after).OrderBy(uid => uid.Id).Take(Math.Clamp(request.MaxMessages, 1, MaxMessages)).ToList();
        if (wanted.Count == 0)
        {
            return;
        }

        var largest = Math.Clamp(request.MaxMessageBytes, 1, MaxBytes);
        var sizes = await folder.FetchAsync(wanted, MessageSummaryItems.UniqueId | MessageSummaryItems.Size | MessageSummaryItems.InternalDate, cancellationToken);
        foreach (var summary in sizes.OrderBy(summary => summary.UniqueId.Id))
        {
            await written.AddAsync(await MessageAsync(folder, summary, largest, cancellationToken), cancellationToken);
        }
    }

    private static async Task<MailboxMessage> MessageAsync(IMailFolder folder, IMessageSummary summary, int largest, CancellationToken cancellationToken)
    {
        var isTooLarge = summary.Size is not { } size || size > largest;
        await using var raw = isTooLarge
            ? await folder.GetStreamAsync(summary.UniqueId, "HEADER", 0, MaxHeaderBytes, cancellationToken)
            : await folder.GetStreamAsync(summary.UniqueId, 0, largest, cancellationToken);
        return new MailboxMessage
        {
            Uid = summary.UniqueId.Id,
            Raw = await ByteString.FromStreamAsync(raw, cancellationToken),
            IsTooLarge = isTooLarge,
            ReceivedAt = Timestamp.FromDateTimeOffset(summary.InternalDate ?? DateTimeOffset.UnixEpoch),
        };
    }

    /// <summary>The answer so far.</summary>
    private sealed class Written(IServerStreamWriter<ReadMailboxResponse> answer)
    {
        public int Messages { get; private set; }

        public Task AddAsync(MailboxState state, CancellationToken cancellationToken) => answer.WriteAsync(new() { State = state }, cancellationToken);

        public async Task AddAsync(MailboxMessage message, CancellationToken cancellationToken)
        {
            await answer.WriteAsync(new() { Message = message }, cancellationToken);
            Messages++;
        }
    }
}
