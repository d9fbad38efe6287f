using System.Text;
using AiTeams.HumanInTheLoop.Tests.World;
using AiTeams.Testing;
using MimeKit;

namespace AiTeams.HumanInTheLoop.Tests.Replies;

/// <summary>Replies by mail, found in the operator's real mailbox.</summary>
[Collection(HilApi.Name)]
public sealed class MailReplyTests(HilApi api)
{
    [Theory]
    [InlineData("Approved, thanks!", "confirmed")]
    [InlineData("Nope, please hold this back.\r\n\r\n> Answer by 2026-01-01: yes or no\r\n> approve", "rejected")]
    public async Task A_reply_answers_the_question_it_replies_to(string text, string outcome)
    {
        var (asked, address, id) = await AskAsync();

        await ReplyAsync(address, id, text);

        var told = await api.ToldAsync(asked.Id);
        Assert.Equal((outcome, "email", address), ((string)told["outcome"]!, (string)told["answer"]!["responder"]!["platform"]!, (string)told["answer"]!["responder"]!["email"]!));
    }

    [Fact]
    public async Task A_reply_in_html_alone_is_read_above_its_quotation()
    {
        var (asked, address, id) = await AskAsync();

        await ReplyAsync(address, id, "<html><head><style>p{color:red}</style></head><body><p>I <b>approve</b> this.</p><blockquote>reject it?</blockquote></body></html>", "text/html");

        Assert.Equal("confirmed", (string)(await api.ToldAsync(asked.Id))["outcome"]!);
    }

    [Theory]
    [InlineData("eve@example.com", "Approved!", "", "not asked")]
    [InlineData("", "I am out of office until Monday.", "Auto-Submitted: auto-replied\r\n", "machine")]
    [InlineData("", "Approved!", "Precedence: bulk\r\n", "machine")]
    [InlineData("", "Thanks, I will have a look on the train.", "", "")]
    public async Task Strangers_machines_and_small_talk_decide_nothing(string from, string text, string header, string reason)
    {
        var (asked, address, id) = await AskAsync();

        await ReplyAsync(from.Length > 0 ? from : address, id, text, header: header);

        await Eventually.AssertAsync(
            async () => await api.ScalarAsync<long>("SELECT count(*) FROM hil_responses WHERE workflow_id = $1 AND processed_at IS NOT NULL", asked.WorkflowId) == 1, TimeSpan.FromSeconds(40), "it is judged");
        Assert.Contains(reason, await api.ScalarAsync<string>("SELECT ai_reasoning FROM hil_responses WHERE workflow_id = $1", asked.WorkflowId), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("pending", await api.ScalarAsync<string>("SELECT status FROM human_interactions WHERE id = $1", asked.Id));
    }

    [Fact]
    public async Task Mail_that_replies_to_nothing_of_ours_leaves_no_trace_and_hostile_mail_does_no_harm()
    {
        var (asked, address, id) = await AskAsync();
        var before = await api.ScalarAsync<long>("SELECT count(*) FROM hil_responses");
        var deep = new StringBuilder($"From: {address}\r\nMessage-ID: <{Guid.NewGuid():N}@x.example>\r\nIn-Reply-To: <{id}>\r\n");
        for (var level = 0; level < 2_000; level++)
        {
            deep.Append($"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n");
        }

        await api.Mail.DeliverAsync("team@example.org", Encoding.UTF8.GetBytes("From: x@example.com\r\nIn-Reply-To: <somebody@else>\r\n\r\nApproved!"));
        await api.Mail.DeliverAsync("team@example.org", Encoding.UTF8.GetBytes("no mail at all"));
        await api.Mail.DeliverAsync("team@example.org", Encoding.UTF8.GetBytes(deep.ToString()));
        await api.Mail.DeliverAsync("team@example.org", [.. Encoding.UTF8.GetBytes($"From: {address}\r\nIn-Reply-To: <{id}>\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n"), 0, 255, 254, 0]);
        await ReplyAsync(address, id, "Approved");

        Assert.Equal("confirmed", (string)(await api.ToldAsync(asked.Id))["outcome"]!);
        Assert.InRange(await api.ScalarAsync<long>("SELECT count(*) FROM hil_responses") - before, 1, 3);
        Assert.True(api.Mail.IsUntouched("team@example.org"));
    }

    [Fact]
    public async Task One_mailbox_is_looked_into_for_all_questions_and_no_password_is_shown()
    {
        await AskAsync();
        await AskAsync();

        Assert.Equal(1L, await api.ScalarAsync<long>("SELECT count(*) FROM hil_mailboxes WHERE imap = '{}'"));
    }

    private async Task<(Asked Asked, string Address, string Id)> AskAsync()
    {
        var (asked, address) = await api.AskByAsync("email", await api.NewUserAsync());
        await api.SentAsync(asked, "request");
        return (asked, address, MimeMessage.Load(new MemoryStream(api.Mail.Arrived(address).Single())).MessageId!);
    }

    private Task ReplyAsync(string from, string id, string body, string type = "text/plain", string header = "") => api.Mail.DeliverAsync(
        "team@example.org",
        Encoding.UTF8.GetBytes(
            $"From: Ada <{from}>\r\nTo: team@example.org\r\nSubject: Re: May this go out?\r\nMessage-ID: <{Guid.NewGuid():N}@mail.example>\r\nIn-Reply-To: <{id}>\r\nReferences: <{id}>\r\n"
            + $"{header}Content-Type: {type}; charset=utf-8\r\n\r\n{body}\r\n"));
}
