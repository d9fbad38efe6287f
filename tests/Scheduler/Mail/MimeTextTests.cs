using System.Text;
using System.Text.Json.Nodes;
using AiTeams.Scheduler.Mail;

namespace AiTeams.Scheduler.Tests.Mail;

public sealed class MimeTextTests
{
    private const string Head = "From: Ann <ann@example.com>\r\nTo: office@example.org\r\nSubject: Hello\r\nMessage-ID: <a@b>\r\n";

    [Fact]
    public void Texts_attachments_and_threads_are_read()
    {
        var mail = Read(
            Head + "In-Reply-To: <q@b>\r\nReferences: <p@b> <q@b>\r\nReply-To: desk@example.com\r\nCc: Ben <ben@example.com>\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
            + "--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n--i\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            + "Gr=FC=DFe\r\n--i\r\nContent-Type: text/html\r\n\r\n<b>hi</b>\r\n--i--\r\n"
            + "--o\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"../../etc/bill.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n"
            + "--o\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nsecret inner text\r\n--o--\r\n");

        Assert.Equal(("Grüße", "<b>hi</b>"), (mail.Text.TrimEnd(), mail.Html.TrimEnd()));
        Assert.Equal(("q@b", "p@b q@b"), (mail.InReplyTo, string.Join(' ', mail.References)));
        Assert.Equal(["office@example.org", "ben@example.com"], mail.Recipients);
        Assert.Equal(["bill.pdf application/pdf 5", "message.eml message/rfc822 35"], mail.Attachments.Select(one => $"{one.Name} {one.Type} {one.Size}"));
        Assert.Equal("Hello", Encoding.ASCII.GetString(mail.Attachments[0].Content!.Value.Span));
    }

    [Theory]
    [InlineData("""{}""", "a.pdf: content, b.exe: type_not_wanted, c.PDF: content")]
    [InlineData("""{"attachment_types":[]}""", "a.pdf: content, b.exe: content, c.PDF: content")]
    [InlineData("""{"attachment_types":[".exe"]}""", "a.pdf: type_not_wanted, b.exe: content, c.PDF: type_not_wanted")]
    [InlineData("""{"max_attachment_size":1024}""", "a.pdf: content, b.exe: type_not_wanted, c.PDF: too_large")]
    [InlineData("""{"process_attachments":false}""", "")]
    public void Attachments_are_handed_on_or_it_is_said_why_not(string configuration, string expected)
    {
        var described = EmailSettings.Read(JsonNode.Parse(configuration)!.AsObject()).Settings.Attachments.Describe(
            [Attachment("a.pdf", 10), Attachment("b.exe", 10), Attachment("c.PDF", 2000)]);

        Assert.Equal(expected, string.Join(", ", described.Select(one => $"{one!["name"]}: {(one["content_base64"] is not null ? "content" : one["skipped"])}")));
    }

    [Fact]
    public void What_does_not_fit_together_is_left_out()
    {
        var described = new AttachmentRules(true, [], int.MaxValue).Describe(
            [Attachment("a", AttachmentRules.MaxTogether - 10), Attachment("b", 11), Attachment("c", 10), new("d", "x/y", 50_000_000, null)]);

        Assert.Equal([null, "no_room", null, "no_room"], described.Select(one => (string?)one!["skipped"]));
    }

    [Theory]
    [InlineData("""{}""", true)]
    [InlineData("""{"subject_keywords":["refund","ORDER"]}""", true)]
    [InlineData("""{"subject_keywords":["refund"]}""", false)]
    [InlineData("""{"sender_whitelist":["ANN@example.com"]}""", true)]
    [InlineData("""{"sender_whitelist":["@example.com"]}""", true)]
    [InlineData("""{"sender_whitelist":["@ample.com","nn@example.com","ann@example.co"]}""", false)]
    [InlineData("""{"filter_criteria":{"from":"ann","to":"office","subject":"17","body":"monday"}}""", true)]
    [InlineData("""{"filter_criteria":{"subject":"17","body":"tuesday"}}""", false)]
    [InlineData("""{"filter_criteria":{"to":"desk"}}""", false)]
    public void A_message_is_waited_for_or_not(string filter, bool expected)
    {
        var configuration = SentMail.ByImap("imap.example.org");
        foreach (var (name, value) in JsonNode.Parse(filter)!.AsObject())
        {
            configuration[name] = value?.DeepClone();
        }

        var (settings, faults) = EmailSettings.Read(configuration);

        Assert.Empty(faults);
        Assert.Equal(expected, settings.Wants(MimeText.Read(SentMail.Message("office@example.org", "a@b")).Mail!));
    }

    [Fact]
    public void Without_a_message_id_it_is_known_by_its_bytes()
    {
        var (one, same, other) = (Read("From: a@b\r\n\r\nx"), Read("From: a@b\r\n\r\nx"), Read("From: a@b\r\n\r\ny"));

        Assert.Equal(one.Id, same.Id);
        Assert.NotEqual(one.Id, other.Id);
        Assert.StartsWith("sha256:", one.Id, StringComparison.Ordinal);
    }

    public static TheoryData<string> Bombs => [.. Hostile.Keys];

    private static readonly Dictionary<string, (Func<string> Text, string Fault)> Hostile = new()
    {
        ["nested 400 deep"] = (() => Head + string.Concat(Enumerable.Range(0, 400).Select(depth => $"Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n")), ""),
        ["messages in messages"] = (() => Head + Repeat("Content-Type: message/rfc822\r\n\r\n", 400), ""),
        ["two million parts"] = (() => Head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + Repeat("--b\r\n\r\n", 2_000_000), "parts"),
        ["many headers"] = (() => Head + Repeat("X: y\r\n", 500_000) + "\r\nx", "headers"),
        ["headers of parts"] = (() => Head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + Repeat("X: y\r\n", 500_000) + "\r\nx", "headers"),
        ["one long header"] = (() => Head + $"X: {Repeat("x", 10_000_000)}\r\n\r\nx", "headers"),
        ["one long header, folded"] = (() => Head + $"X: {Repeat("x\r\n ", 2_000_000)}\r\n\r\nx", "headers"),
        ["a long header of a part"] = (() => Head + $"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nX: {Repeat("x", 10_000_000)}\r\n\r\nx", "headers"),
        ["a long text"] = (() => Head + "\r\n" + Repeat("x", 10_000_000), ""),
        ["many addresses"] = (() => Head + $"Cc: {Repeat("a@b.example,", 20_000)}\r\n\r\nx", ""),
    };

    [Theory, MemberData(nameof(Bombs))]
    public void Hostile_messages_are_read_or_refused_in_little_memory(string what)
    {
        var raw = Bytes(Hostile[what].Text());
        var before = GC.GetAllocatedBytesForCurrentThread();

        var (mail, fault) = MimeText.Read(raw);

        Assert.Contains(Hostile[what].Fault, fault, StringComparison.Ordinal);
        Assert.Equal(Hostile[what].Fault.Length == 0, mail is { Text.Length: <= MailText.Longest });
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 60_000_000);
    }

    [Theory]
    [InlineData("Content-Type: text/plain; charset=no-such-thing\r\n\r\nhello")]
    [InlineData("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!")]
    [InlineData("Content-Type: text/plain; charset=utf-16\r\n\r\nodd")]
    [InlineData("Content-Type: multipart/mixed\r\n\r\nno boundary")]
    [InlineData("Content-Type: ;;;=\r\n\r\nhello")]
    [InlineData("Subject: =?utf-8?b?////?= =?x?q?=00?=\r\n\r\nhello")]
    [InlineData("Date: never\r\nReferences: <<<>>>\r\nContent-Disposition: ;filename*=utf-8''%00%ff\r\n\r\nnul \0 here")]
    [InlineData("To: ((((((((((((((((((((((a:b:c:d:e:;;;;\r\n\r\nhello")]
    public void What_is_broken_is_read_as_far_as_it_goes_and_can_be_stored(string rest)
    {
        var (mail, fault) = MimeText.Read(Bytes(Head + rest));

        Assert.Equal("", fault);
        var data = EmailTrigger.Data(EmailSettings.Read(SentMail.ByImap("h")).Settings, mail!, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
        var text = AiTeams.Scheduler.Firing.DeliveryText.Of(data).ToStringUtf8();
        Assert.DoesNotContain("\\u0000", text, StringComparison.Ordinal);
        Assert.NotNull(JsonNode.Parse(text));
    }

    [Fact]
    public void Whatever_bytes_come_nothing_is_thrown()
    {
        var dice = new Random(20261123);
        var seed = Bytes(Head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nSGk=\r\n--b--\r\n");
        var read = 0;
        for (var trial = 0; trial < 2000; trial++)
        {
            var bytes = (byte[])seed.Clone();
            for (var change = dice.Next(1, 30); change > 0; change--)
            {
                bytes[dice.Next(bytes.Length)] = (byte)dice.Next(256);
            }

            var raw = bytes.AsMemory(0, dice.Next(4) == 0 ? dice.Next(bytes.Length) : bytes.Length);
            MimeText.RecipientsOf(raw);
            read += MimeText.Read(raw).Mail is { } mail && !mail.Text.Contains('\0') && !mail.Subject.Contains('\0') ? 1 : 0;
        }

        Assert.InRange(read, 1000, 2000);
    }

    private static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();

    private static ReceivedMail Read(string text) => MimeText.Read(Bytes(text)).Mail!;

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static ReceivedAttachment Attachment(string name, int size) => new(name, "application/octet-stream", size, new byte[size]);
}
