using System.Text;
using AiTeams.Testing;
using Grpc.Core;
using V1 = AiTeams.Contracts.Integrations.V1;

namespace AiTeams.Integrations.Tests.Mail;

/// <summary>Mailboxes of a real IMAP server.</summary>
[Collection(MailApi.Name)]
public sealed class ReadMailboxTests(MailApi api)
{
    [Fact]
    public async Task A_first_look_tells_where_it_is_and_the_next_ones_what_came_since()
    {
        var address = NewAddress();
        await DeliverAsync(address, "old");

        var first = await ReadAsync(address);
        await DeliverAsync(address, "one");
        await DeliverAsync(address, "two");
        var second = await ReadAsync(address, first.State);
        var third = await ReadAsync(address, first.State, after: second.Messages[^1].Uid);

        Assert.Empty(first.Messages);
        Assert.NotEqual(0u, first.State!.UidValidity);
        Assert.Equal(["one", "two"], second.Messages.Select(Subject));
        Assert.All(second.Messages, message => Assert.InRange(message.ReceivedAt.ToDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5)));
        Assert.Empty(third.Messages);
        Assert.False(third.State!.IsNew);
        Assert.True(api.Servers.IsUntouched(address));
        Assert.Equal(["old", "one", "two"], (await ReadAsync(address, fromBeginning: true)).Messages.Select(Subject));
    }

    [Fact]
    public async Task Many_come_in_portions_oldest_first()
    {
        var address = NewAddress();
        for (var number = 0; number < 25; number++)
        {
            await DeliverAsync(address, $"{number:00}");
        }

        var subjects = new List<string>();
        V1.MailboxState? state = null;
        for (var (after, more) = (0u, true); more;)
        {
            var part = await ReadAsync(address, state, after, fromBeginning: true, max: 10);
            state = part.State;
            subjects.AddRange(part.Messages.Select(Subject));
            more = part.Messages.Count > 0;
            after = more ? part.Messages[^1].Uid : after;
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(number => $"{number:00}"), subjects);
    }

    [Fact]
    public async Task Of_a_message_that_is_too_large_only_the_headers_come()
    {
        var address = NewAddress();
        await DeliverAsync(address, "large", new string('x', 50_000));
        await DeliverAsync(address, "small");

        var read = await ReadAsync(address, fromBeginning: true, maxBytes: 10_000);

        Assert.Equal([("large", true), ("small", false)], read.Messages.Select(message => (Subject(message), message.IsTooLarge)));
        Assert.All(read.Messages, message => Assert.InRange(message.Raw.Length, 10, 1_000));
    }

    [Fact]
    public async Task A_mailbox_that_was_made_anew_says_so_and_hands_nothing_out_twice()
    {
        var address = NewAddress();
        await DeliverAsync(address, "one");
        var first = await ReadAsync(address);
        api.Servers.Remake(address);
        var made = DateTimeOffset.UtcNow.ToUnixTimeSeconds();  // UIDVALIDITY is the second it was made in
        await Eventually.AssertAsync(() => DateTimeOffset.UtcNow.ToUnixTimeSeconds() > made + 1, TimeSpan.FromSeconds(10), "another second");
        await DeliverAsync(address, "one again");

        var second = await ReadAsync(address, first.State);

        Assert.True(second.State!.IsNew);
        Assert.NotEqual(first.State!.UidValidity, second.State.UidValidity);
        Assert.Empty(second.Messages);
    }

    [Theory]
    [InlineData("127.0.0.1", "wrong", "INBOX", "authentication", false)]
    [InlineData("127.0.0.1", "secret", "No such folder", "mailbox", false)]
    [InlineData("10.1.2.3", "secret", "INBOX", "target_refused", false)]
    public async Task A_mailbox_that_cannot_be_read_is_told_by_its_reason(string host, string password, string folder, string code, bool retryable)
    {
        var read = await ReadAsync(NewAddress(), host: host, password: password, folder: folder);

        Assert.Equal((code, retryable), (read.Failure?.Code, read.Failure?.Retryable));
        Assert.DoesNotContain("wrong", read.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_sent_can_be_read_in_the_operators_own_mailbox()
    {
        var before = await ReadAsync(null);
        var sent = await api.Client.SendMailAsync(
            new() { Context = api.Context, To = { "team@example.org" }, Subject = "round trip", Text = "there and back", TimeoutMs = 30_000 }, api.AsService);

        var read = await ReadAsync(null, before.State);

        Assert.Null(sent.Failure);
        Assert.Equal("round trip", Subject(Assert.Single(read.Messages)));
    }

    private static string NewAddress() => $"{Guid.NewGuid():N}@example.org";

    private static string Subject(V1.MailboxMessage message) =>
        message.Raw.ToStringUtf8().Split('\n').First(line => line.StartsWith("Subject: ", StringComparison.Ordinal))["Subject: ".Length..].Trim();

    private Task DeliverAsync(string address, string subject, string body = "Hello") =>
        api.Servers.DeliverAsync(address, Encoding.UTF8.GetBytes($"From: ada@example.org\r\nTo: {address}\r\nSubject: {subject}\r\nMessage-ID: <{Guid.NewGuid():N}@example.org>\r\n\r\n{body}\r\n"));

    /// <param name="address">Null: the operator's mailbox.</param>
    private async Task<Read> ReadAsync(
        string? address, V1.MailboxState? state = null, uint? after = null, bool fromBeginning = false, int max = 100, int maxBytes = 100_000, string host = "127.0.0.1",
        string password = MailServers.Password, string folder = "")
    {
        var request = new V1.ReadMailboxRequest
        {
            Context = api.Context,
            Server = address is null ? null : new() { Host = host, Port = api.Servers.ImapPort, Security = "none", Username = address, Password = password },
            Folder = folder,
            UidValidity = state?.UidValidity ?? 0,
            AfterUid = after ?? (state is null ? 0 : state.UidNext - 1),
            FromBeginning = fromBeginning,
            MaxMessages = max,
            MaxMessageBytes = maxBytes,
            TimeoutMs = 30_000,
        };
        var read = new Read();
        using var call = api.Client.ReadMailbox(request, api.AsService);
        await foreach (var part in call.ResponseStream.ReadAllAsync())
        {
            switch (part.PartCase)
            {
                case V1.ReadMailboxResponse.PartOneofCase.State:
                    read.State = part.State;
                    break;
                case V1.ReadMailboxResponse.PartOneofCase.Message:
                    read.Messages.Add(part.Message);
                    break;
                default:
                    read.Failure = part.Failure;
                    break;
            }
        }

        Assert.True(read.State is not null || read.Failure is not null);
        return read;
    }

    private sealed class Read
    {
        public V1.MailboxState? State { get; set; }

        public List<V1.MailboxMessage> Messages { get; } = [];

        public V1.MailFailure? Failure { get; set; }
    }
}
