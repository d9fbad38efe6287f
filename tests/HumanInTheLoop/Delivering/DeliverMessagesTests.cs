using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AiTeams.HumanInTheLoop.Delivering;
using AiTeams.HumanInTheLoop.Tests.World;
using AiTeams.Testing;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace AiTeams.HumanInTheLoop.Tests.Delivering;

/// <summary>Messages as they arrive outside: at a Slack that checks them, at a webhook's receiver, in a mailbox.</summary>
[Collection(HilApi.Name)]
public sealed partial class DeliverMessagesTests(HilApi api)
{
    [Fact]
    public async Task Slack_gets_the_question_with_buttons_and_afterwards_who_decided_instead_of_them()
    {
        var user = await api.NewUserAsync();
        var (asked, room) = await api.AskByAsync("slack", user, request: """{"approval_options":["ship it","hold"]}""");
        await api.SentAsync(asked, "request");

        var post = Assert.Single(api.Slack.In(room));
        Assert.Equal(
            [("ship it", $"hil:{asked.Id}:approve"), ("hold", $"hil:{asked.Id}:reject"), ("Open the page", $"hil:{asked.Id}:open")],
            post.Buttons.Select(button => ((string)button["text"]!["text"]!, (string)button["action_id"]!)));
        Assert.Contains("May this go out?", post.Text, StringComparison.Ordinal);
        Assert.Equal($"{SlackStub.IdOf(room)}:{post.Ts}", await ReferenceAsync(asked));

        await api.RespondAsync(user, asked.Id, """{"approved":true,"reason":"fine"}""");
        await api.SentAsync(asked, "approved");

        Assert.DoesNotContain("actions", api.Slack.Updates[post.Ts].ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("Approved by", api.Slack.Updates[post.Ts].ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(post.Ts, api.Slack.In(room)[1].Thread);
        Assert.Empty(api.Slack.Refusals);
    }

    [Theory]
    [InlineData("input", "{}", "Answer")]
    [InlineData("selection", """{"selection_options":["a","b"]}""", "a,b,Open the page")]
    [InlineData("selection", """{"selection_options":["a","b"],"multiple_selection":true}""", "Answer")]
    [InlineData("review", "{}", "pass,fail,Open the page")]
    [InlineData("review", """{"scoring_system":"numeric_scale"}""", "Answer")]
    [InlineData("approval", """{"approval_reason_required":true}""", "Answer")]
    public async Task In_Slack_what_needs_words_or_numbers_is_answered_on_the_page(string type, string request, string buttons)
    {
        var (asked, room) = await api.AskByAsync("slack", await api.NewUserAsync(), type, request);
        await api.SentAsync(asked, "request");

        Assert.Equal(buttons, string.Join(',', api.Slack.In(room).Single().Buttons.Select(button => (string)button["text"]!["text"]!)));
    }

    [Fact]
    public async Task A_mail_has_text_and_html_and_what_follows_is_a_reply_to_it()
    {
        var user = await api.NewUserAsync();
        var (asked, address) = await api.AskByAsync("email", user, request: """{"title":"Größe?","content":"<b>bold</b>"}""");
        await api.SentAsync(asked, "request");

        var mail = Mails(address).Single();
        Assert.Equal($"hil.{asked.Id:N}.{await api.ScalarAsync<Guid>("SELECT id FROM hil_deliveries WHERE interaction_id = $1", asked.Id):N}@example.org", mail.MessageId);
        Assert.Equal(mail.MessageId, await ReferenceAsync(asked));
        Assert.Equal(("Your answer is needed: Größe?", "team@example.org", "auto-generated"), (mail.Subject, mail.From.Mailboxes.Single().Address, mail.Headers["Auto-Submitted"]));
        Assert.Contains("<b>bold</b>", mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("https://teams.example/api/v1/public/hil/", mail.HtmlBody, StringComparison.Ordinal);

        await api.RespondAsync(user, asked.Id, """{"approved":false,"reason":"too early"}""");
        await api.SentAsync(asked, "rejected");

        var second = Mails(address)[1];
        Assert.Equal((mail.MessageId, "Re: Rejected: Größe?"), (second.InReplyTo, second.Subject));
        Assert.Contains("too early", second.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("/public/hil/", second.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_gets_the_question_signed_with_a_link_to_answer_it()
    {
        var user = await api.NewUserAsync();
        var (asked, name) = await api.AskByAsync("webhook", user, "selection", """{"selection_options":["a","b"]}""");
        await api.SentAsync(asked, "request");

        var got = api.Webhooks.Of(name).Single();
        var key = Convert.FromBase64String("Y2FuYXJ5LXdlYmhvb2stc2VjcmV0LTEyMzQ=");
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{got.Headers["webhook-id"]}.{got.Headers["webhook-timestamp"]}."), .. got.Body];
        Assert.Equal($"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}", got.Headers["webhook-signature"]);
        Assert.Equal(("interaction.request", $"{asked.Id}", "selection", "canary-header"), (
            (string)got.Json["type"]!, (string)got.Json["data"]!["interaction_id"]!, (string)got.Json["data"]!["interaction_type"]!, got.Headers["x-key"]));
        using var program = api.Host.Client();
        using var answer = await program.PostAsync(
            new Uri((string)got.Json["data"]!["answer_url"]!).PathAndQuery, new StringContent("""{"response_data":{"selected_values":["a"]}}""", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("confirmed", (string)(await api.ToldAsync(asked.Id))["outcome"]!);
        await api.SentAsync(asked, "completed");
        Assert.Equal("interaction.completed", (string)api.Webhooks.Of(name)[1].Json["type"]!);
    }

    [Theory]
    [InlineData("slack", "#busy-1", 2)]
    [InlineData("webhook", "slow-1", 3)]
    public async Task What_is_away_for_a_moment_gets_it_later(string channel, string to, int attempts)
    {
        var (asked, _) = await api.AskByAsync(channel, await api.NewUserAsync(), to: to);

        await api.SentAsync(asked, "request");

        Assert.Equal(attempts, await api.ScalarAsync<int>("SELECT attempts FROM hil_deliveries WHERE interaction_id = $1", asked.Id));
        Assert.Equal("pending", await api.ScalarAsync<string>("SELECT status FROM human_interactions WHERE id = $1", asked.Id));
    }

    [Theory]
    [InlineData("slack", "#nowhere", "channel_not_found")]
    [InlineData("slack", "#broken-1", "503")]
    [InlineData("email", "refused@example.org", "550")]
    [InlineData("webhook", "gone-1", "410")]
    public async Task A_question_that_reaches_nobody_fails_its_node_and_says_why(string channel, string to, string reason)
    {
        var (asked, _) = await api.AskByAsync(channel, await api.NewUserAsync(), to: to);
        await Eventually.AssertAsync(
            async () => await api.ScalarAsync<long>("SELECT count(*) FROM hil_deliveries WHERE interaction_id = $1 AND error_message IS NOT NULL", asked.Id) == 1, TimeSpan.FromSeconds(20), "it was tried");
        await api.ExecuteAsync("UPDATE hil_deliveries SET attempts = $2 WHERE interaction_id = $1 AND status = 'queued'", asked.Id, DeliverMessages.MaxAttempts - 1);

        await api.SentAsync(asked, "request", "failed");

        var told = await api.ToldAsync(asked.Id);
        Assert.Equal(("failed", "channel_error"), ((string)told["outcome"]!, (string)told["error_code"]!));
        Assert.Contains(reason, (string)told["error_message"]!, StringComparison.Ordinal);
        Assert.Equal("error", await api.ScalarAsync<string>("SELECT status FROM human_interactions WHERE id = $1", asked.Id));
    }

    [Fact]
    public async Task One_way_that_works_is_enough()
    {
        var user = await api.NewUserAsync();
        var (asked, _) = await api.AskByAsync("slack", user, request: "{}", to: "#nowhere");
        var (both, _) = await api.AskByAsync("slack", user, to: "#room-of-both");
        await api.SentAsync(both, "request");
        var second = await api.AskAsync(
            user, request: $$$"""{"channels":{"slack":{"channel":"#nowhere"},"webhook":{"url":"{{{api.Webhooks.Url("second")}}}"} } }""", channel: "slack",
            secrets: $$$"""{"slack":{"bot_token":"{{{SlackStub.Token}}}"} }""");

        await api.SentAsync(asked, "request", "failed");
        await Eventually.AssertAsync(() => api.Webhooks.Of("second").Count == 1, TimeSpan.FromSeconds(20), "the webhook gets it");
        await Eventually.AssertAsync(
            async () => await api.ScalarAsync<long>("SELECT count(*) FROM hil_deliveries WHERE interaction_id = $1 AND status = 'failed'", second.Id) == 1, TimeSpan.FromSeconds(20), "Slack is given up");
        Assert.Equal("pending", await api.ScalarAsync<string>("SELECT status FROM human_interactions WHERE id = $1", second.Id));
    }

    [Fact]
    public async Task Hostile_words_mention_nobody_hide_no_link_and_break_no_limit()
    {
        var request = """{"title":"<!channel> A\r\nBcc: eve@example.org","message":"<https://evil.example|click> & <@U1>","content":"LONG","approval_options":["OPTION","no"]}"""
            .Replace("LONG", new string('&', 9_000), StringComparison.Ordinal).Replace("OPTION", new string('o', 100), StringComparison.Ordinal);
        var user = await api.NewUserAsync();
        var (slack, room) = await api.AskByAsync("slack", user, request: request);
        var (mail, address) = await api.AskByAsync("email", user, request: request);
        await api.SentAsync(slack, "request");
        await api.SentAsync(mail, "request");

        var text = api.Slack.In(room).Single().Body.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        Assert.DoesNotContain("<!", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<@", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<https", text, StringComparison.Ordinal);
        Assert.Empty(api.Slack.Refusals);
        var arrived = Mails(address).Single();
        Assert.Equal([address], arrived.GetRecipients().Select(mailbox => mailbox.Address));
        Assert.Null(arrived.Headers["Bcc"]);
        Assert.DoesNotContain("<!channel>", arrived.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_services_send_each_message_once()
    {
        var other = await api.Environment.NewHostAsync<HumanInTheLoopCalls>(api.Options);
        var user = await api.NewUserAsync();
        var names = Enumerable.Range(0, 60).Select(_ => Channels.New("webhook")).ToList();

        await Task.WhenAll(names.Select(name => api.AskByAsync("webhook", user, to: name)));

        await Eventually.AssertAsync(() => names.All(name => api.Webhooks.Of(name).Count > 0), TimeSpan.FromSeconds(30), "all are sent");
        Assert.All(names, name => Assert.Equal(1, api.Webhooks.Tries(name)));
        await other.DisposeAsync();
    }

    [Fact]
    public async Task What_a_killed_service_had_in_hand_another_one_sends()
    {
        var (asked, name) = await api.AskByAsync("webhook", await api.NewUserAsync());
        await api.SentAsync(asked, "request");

        // As a service leaves it that dies between the sending and the note of it.
        await api.ExecuteAsync("UPDATE hil_deliveries SET status = 'queued', sent_at = NULL, next_attempt_at = clock_timestamp() WHERE interaction_id = $1", asked.Id);
        await Eventually.AssertAsync(() => api.Webhooks.Of(name).Count == 2, TimeSpan.FromSeconds(20), "it is sent again");

        Assert.Single(api.Webhooks.Of(name).Select(got => got.Headers["webhook-id"]).Distinct());
    }

    [Fact]
    public async Task A_question_that_is_over_is_not_put_any_more_and_its_secrets_go()
    {
        var user = await api.NewUserAsync();
        var (asked, _) = await api.AskByAsync("slack", user, to: "#broken-2");
        await Eventually.AssertAsync(
            async () => await api.ScalarAsync<long>("SELECT count(*) FROM hil_deliveries WHERE interaction_id = $1 AND attempts > 0", asked.Id) == 1, TimeSpan.FromSeconds(20), "it was tried");
        await api.RespondAsync(user, asked.Id, """{"approved":true}""");

        Assert.Equal("dropped", await api.ScalarAsync<string>("SELECT status FROM hil_deliveries WHERE interaction_id = $1 AND message_type = 'request'", asked.Id));
        var queue = api.Host.Services.GetRequiredService<DeliveryQueue>();
        await queue.ForgetSecretsAsync(default);
        Assert.Equal(1L, await SecretsOfAsync(asked));
        await api.ExecuteAsync("ALTER TABLE human_interactions DISABLE TRIGGER USER");
        await api.ExecuteAsync("UPDATE human_interactions SET updated_at = clock_timestamp() - interval '25 hours' WHERE id = $1", asked.Id);
        await api.ExecuteAsync("ALTER TABLE human_interactions ENABLE TRIGGER USER");
        await queue.ForgetSecretsAsync(default);
        Assert.Equal(0L, await SecretsOfAsync(asked));
    }

    [Fact]
    public async Task Fetching_every_link_of_every_message_a_hundred_times_decides_nothing()
    {
        var user = await api.NewUserAsync();
        var asked = new List<Asked>();
        var messages = new List<string>();
        foreach (var type in new[] { "approval", "input", "selection", "review" })
        {
            foreach (var channel in Channels.All)
            {
                var (one, recipient) = await api.AskByAsync(channel, user, type, """{"selection_options":["a","b"]}""");
                asked.Add(one);
                await api.SentAsync(one, "request");
                await api.PostAsync(user, $"/api/v1/app/interactions/{one.Id}/remind");
                await api.SentAsync(one, "warning");
                messages.AddRange(channel switch
                {
                    "slack" => api.Slack.In(recipient).Select(post => post.Body.ToJsonString()),
                    "email" => Mails(recipient).SelectMany(mail => new[] { mail.TextBody!, WebUtility.HtmlDecode(mail.HtmlBody!) }),
                    "webhook" => api.Webhooks.Of(recipient).Select(got => Encoding.UTF8.GetString(got.Body)),
                    _ => [(string)(await api.PostAsync(user, $"/api/v1/app/interactions/{one.Id}/link")).Json["url"]!],
                });
            }
        }

        var links = messages.SelectMany(message => Link().Matches(message).Select(match => match.Value)).Distinct().ToList();
        Assert.True(links.Count >= 28, $"{links.Count} links");
        using var preview = api.Host.Client();
        await Parallel.ForEachAsync(links.SelectMany(link => Enumerable.Range(0, 100).Select(number => (link, number))), async (fetch, token) =>
        {
            using var request = new HttpRequestMessage(fetch.number % 2 == 0 ? HttpMethod.Get : HttpMethod.Head, new Uri(fetch.link).PathAndQuery);
            using var answer = await preview.SendAsync(request, token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        });

        foreach (var one in asked)
        {
            Assert.Equal("pending", await api.ScalarAsync<string>("SELECT status FROM human_interactions WHERE id = $1", one.Id));
            Assert.Equal(0L, await api.ScalarAsync<long>("SELECT count(*) FROM hil_tokens WHERE used_at IS NOT NULL AND interaction_id = $1", one.Id));
        }
    }

    [Fact]
    public async Task Secrets_stand_in_no_row_no_log_and_no_answer()
    {
        var user = await api.NewUserAsync();
        foreach (var channel in new[] { "slack", "webhook" })
        {
            foreach (var to in new[] { null, channel == "slack" ? "#nowhere" : "gone-canary" })
            {
                var (asked, _) = await api.AskByAsync(channel, user, to: to);
                await api.SentAsync(asked, "request", to is null ? "sent" : "failed");
                Assert.DoesNotContain("canary-", (await api.GetAsync(user, $"/api/v1/app/interactions/{asked.Id}")).Json.ToJsonString().Replace("gone-canary", "", StringComparison.Ordinal), StringComparison.Ordinal);
                Assert.Equal(0L, await api.ScalarAsync<long>("SELECT count(*) FROM hil_deliveries d WHERE interaction_id = $1 AND d::text LIKE '%canary-%'", asked.Id));
            }
        }

        Assert.DoesNotContain("canary-", api.Host.Output.Text, StringComparison.Ordinal);
        Assert.Equal(0L, await api.ScalarAsync<long>("SELECT count(*) FROM external_api_call_logs l WHERE l::text LIKE '%canary-token%' OR l::text LIKE '%canary-header%' OR l::text LIKE '%Y2FuYXJ5%'"));
    }

    [Fact]
    public async Task Who_may_answer_gets_a_link_of_his_own()
    {
        var (user, stranger, other) = (await api.NewUserAsync(), await api.NewUserAsync(), await api.NewUserAsync());
        var asked = await api.AskAsync(user, request: $$"""{"approvers":["{{other}}"]}""");
        await api.ExecuteAsync("INSERT INTO hil_assignees (interaction_id, user_id) VALUES ($1, $2)", asked.Id, other);
        var path = $"/api/v1/app/interactions/{asked.Id}/link";

        Assert.Equal(HttpStatusCode.NotFound, (await api.PostAsync(stranger, path)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await api.PostAsync(user, path)).Status);
        var link = (string)(await api.PostAsync(other, path)).Json["url"]!;
        using var browser = api.Host.Client();
        using var form = new StringContent("choice=approve", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var answer = await browser.PostAsync(new Uri(link).PathAndQuery, form);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal($"{other}", (string)(await api.ToldAsync(asked.Id))["answer"]!["responder"]!["user_id"]!);
        Assert.Equal("already_answered", (string)(await api.PostAsync(other, path)).Json["code"]!);
    }

    private IReadOnlyList<MimeMessage> Mails(string address) => [.. api.Mail.Arrived(address).Select(raw => MimeMessage.Load(new MemoryStream(raw)))];

    private Task<string?> ReferenceAsync(Asked asked) => api.ScalarAsync<string>("SELECT reference FROM hil_deliveries WHERE interaction_id = $1 AND message_type = 'request'", asked.Id);

    private Task<long> SecretsOfAsync(Asked asked) => api.ScalarAsync<long>("SELECT count(*) FROM hil_channel_secrets WHERE interaction_id = $1", asked.Id);

    [GeneratedRegex(@"https://teams\.example/[A-Za-z0-9/_\-]+")]
    private static partial Regex Link();
}
