using System.Text;
using AiTeams.Testing;
using Google.Protobuf;
using MimeKit;
using V1 = AiTeams.Contracts.Integrations.V1;

namespace AiTeams.Integrations.Tests.Mail;

/// <summary>Messages handed to a real SMTP server, over gRPC as other services do it.</summary>
[Collection(MailApi.Name)]
public sealed class SendMailTests(MailApi api)
{
    [Fact]
    public async Task A_message_arrives_as_it_was_written()
    {
        var request = Message("ada@example.org");
        request.Subject = "Größe ✓ — " + new string('x', 100);
        request.Text = "Hello\n.\nFrom here on";
        request.Html = "<p>Hellö</p>";
        request.Cc.Add("\"Bob, B.\" <bob@example.org>");
        request.ReplyTo = "answers@example.org";
        request.MessageId = "hil.1.2@example.org";
        request.InReplyTo = "hil.1.1@example.org";
        request.References.Add(["hil.1.0@example.org", "hil.1.1@example.org"]);
        request.Headers.Add(new V1.Header { Name = "Importance", Value = "high" });
        request.Attachments.Add(new V1.MailAttachment { Name = "ä.pdf", Type = "application/pdf", Content = ByteString.CopyFrom([1, 2, 0, 255]) });

        var answer = await api.Client.SendMailAsync(request, api.AsService);

        Assert.Equal((null, "hil.1.2@example.org"), (answer.Failure, answer.MessageId));
        foreach (var recipient in new[] { "ada@example.org", "bob@example.org" })
        {
            var message = Arrived(recipient, "hil.1.2@example.org");
            Assert.Equal((request.Subject, "team@example.org", "answers@example.org"), (message.Subject, message.From.Mailboxes.Single().Address, message.ReplyTo.Mailboxes.Single().Address));
            Assert.Equal(("Hello\n.\nFrom here on", "<p>Hellö</p>"), (message.TextBody!.ReplaceLineEndings("\n").TrimEnd('\n'), message.HtmlBody!.TrimEnd()));
            Assert.Equal(("hil.1.1@example.org", "high"), (message.InReplyTo, message.Headers["Importance"]));
            Assert.Equal(["hil.1.0@example.org", "hil.1.1@example.org"], message.References);
            var attachment = (MimePart)message.Attachments.Single();
            using var content = new MemoryStream();
            attachment.Content!.DecodeTo(content);
            Assert.Equal(("ä.pdf", "application/pdf"), (attachment.FileName, attachment.ContentType.MimeType));
            Assert.Equal(new byte[] { 1, 2, 0, 255 }, content.ToArray());
        }
    }

    [Theory]
    [InlineData("refused@example.org", "", "Hello", "recipient_refused", false)]
    [InlineData("later@example.org", "", "Hello", "recipient_refused", true)]
    [InlineData("ada@example.org", "nobody-sends@example.org", "Hello", "sender_refused", false)]
    [InlineData("ada@example.org", "", "refuse me", "rejected", false)]
    [InlineData("ada@example.org", "", "later please", "rejected", true)]
    [InlineData("ada@example.org", "", "never answer", "timeout", true)]
    public async Task What_a_server_refuses_is_told_with_whether_to_try_again(string to, string from, string subject, string code, bool retryable)
    {
        var request = Message(to, $"{Guid.NewGuid():N}@example.org");
        request.From = from;                              // empty: the operator's
        request.Subject = subject;
        request.TimeoutMs = code == "timeout" ? 700 : 30_000;

        var answer = await api.Client.SendMailAsync(request, api.AsService);

        Assert.Equal((code, retryable), (answer.Failure?.Code, answer.Failure?.Retryable));
        Assert.DoesNotContain(api.Servers.Arrived(to), raw => Encoding.UTF8.GetString(raw).Contains(request.MessageId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_refused_recipient_keeps_the_message_from_all()
    {
        var request = Message("carol@example.org");
        request.To.Add("refused@example.org");

        Assert.Equal("recipient_refused", (await api.Client.SendMailAsync(request, api.AsService)).Failure.Code);
        Assert.Empty(api.Servers.Arrived("carol@example.org"));
    }

    [Theory]
    [InlineData("auth", "", "wrong", "authentication", false)]
    [InlineData("auth", "later", "secret", "authentication", true)]
    [InlineData("auth", "none", "", "authentication", false)]
    [InlineData("untrusted", "", "secret", "tls", false)]
    [InlineData("plain", "", "", "tls", false)]
    [InlineData("imap", "", "", "network", true)]
    [InlineData("closed", "", "", "network", true)]
    [InlineData("private", "", "", "target_refused", false)]
    [InlineData("port", "", "", "target_refused", false)]
    [InlineData("nowhere", "", "", "network", true)]
    public async Task A_server_that_cannot_be_used_is_told_by_its_reason(string kind, string user, string password, string code, bool retryable)
    {
        var request = Message("ada@example.org");
        request.Server = kind switch
        {
            "auth" or "untrusted" => new V1.MailServer { Host = "127.0.0.1", Port = api.Servers.SmtpsPort, Security = "tls" },
            "plain" => new V1.MailServer { Host = "127.0.0.1", Port = api.Servers.PlainSmtpPort, Security = "starttls" },
            "imap" => new V1.MailServer { Host = "127.0.0.1", Port = api.Servers.ImapPort, Security = "none" },
            "closed" => new V1.MailServer { Host = "127.0.0.1", Port = 9, Security = "none" },
            "private" => new V1.MailServer { Host = "10.1.2.3", Security = "none" },
            "port" => new V1.MailServer { Host = "1.1.1.1", Port = 443, Security = "none" },
            _ => new V1.MailServer { Host = "no-such-host.invalid", Security = "none" },
        };
        if (kind == "auth")
        {
            // Its certificate is nobody's, so this one signs in without TLS at the other port.
            request.Server = new V1.MailServer { Host = "127.0.0.1", Port = api.Servers.AuthSmtpPort, Security = "none" };
        }

        (request.Server.Username, request.Server.Password) = (user switch { "" when password.Length > 0 => "ada", "none" => "", _ => user }, password);

        var answer = await api.Client.SendMailAsync(request, api.AsService);

        Assert.True((code, retryable) == (answer.Failure?.Code, answer.Failure?.Retryable), $"{answer.Failure}");
        Assert.DoesNotContain("wrong", answer.Failure!.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Broken =>
        ["no recipient", "no address", "subject", "header name", "header value", "own header", "id", "attachment name", "many recipients", "large", "security"];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task What_is_no_message_is_refused_before_anybody_is_called(string what)
    {
        var request = Message("ada@example.org");
        switch (what)
        {
            case "no recipient": request.To.Clear(); break;
            case "no address": request.To.Add("ada at example"); break;
            case "subject": request.Subject = "Hello\r\nBcc: eve@example.org"; break;
            case "header name": request.Headers.Add(new V1.Header { Name = "X: y", Value = "z" }); break;
            case "header value": request.Headers.Add(new V1.Header { Name = "X-A", Value = "z\nBcc: eve@example.org" }); break;
            case "own header": request.Headers.Add(new V1.Header { Name = "bcc", Value = "eve@example.org" }); break;
            case "id": request.MessageId = "<a@b>"; break;
            case "attachment name": request.Attachments.Add(new V1.MailAttachment { Name = "a\r\nb" }); break;
            case "many recipients": request.Cc.AddRange(Enumerable.Range(0, 100).Select(number => $"a{number}@example.org")); break;
            case "large": request.Attachments.Add(new V1.MailAttachment { Name = "a", Content = UnsafeByteOperations.UnsafeWrap(new byte[21 * 1024 * 1024]) }); break;
            default: request.Server = new V1.MailServer { Host = "mail.example.org", Security = "perhaps" }; break;
        }

        var answer = await api.Client.SendMailAsync(request, api.AsService);

        Assert.Equal(("invalid_message", false), (answer.Failure?.Code, answer.Failure?.Retryable));
        Assert.True(answer.Failure!.Message.Length > 10);
    }

    [Fact]
    public async Task The_call_log_knows_that_a_message_went_and_not_what_or_to_whom()
    {
        var request = Message("log@example.org", "logged@example.org");
        request.Text = "canary-text";
        await api.Client.SendMailAsync(request, api.AsService);
        request.Server = new V1.MailServer { Host = "127.0.0.1", Port = api.Servers.AuthSmtpPort, Security = "none", Username = "ada", Password = "canary-password" };
        await api.Client.SendMailAsync(request, api.AsService);

        var logged = "";
        await Eventually.AssertAsync(
            async () => (logged = await api.LoggedAsync("send_mail")).Contains("authentication", StringComparison.Ordinal) && logged.Contains("logged@example.org", StringComparison.Ordinal),
            TimeSpan.FromSeconds(10), "both calls are logged");
        Assert.DoesNotContain("canary", logged, StringComparison.Ordinal);
        Assert.DoesNotContain("log@example.org", logged.Replace("logged@example.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", api.Host.Output.Text, StringComparison.Ordinal);
    }

    private V1.SendMailRequest Message(string to, string id = "") =>
        new() { Context = api.Context, From = "team@example.org", To = { to }, Subject = "Hello", Text = "Hello", MessageId = id, TimeoutMs = 30_000 };

    private MimeMessage Arrived(string address, string id) => api.Servers.Arrived(address).Select(raw => MimeMessage.Load(new MemoryStream(raw))).Single(message => message.MessageId == id);
}
