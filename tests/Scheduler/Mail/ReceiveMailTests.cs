using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AiTeams.Scheduler.Mail;
using AiTeams.Scheduler.Triggers;
using AiTeams.Scheduler.Webhooks;
using AiTeams.Testing;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Xunit.Abstractions;
using static AiTeams.Scheduler.Tests.SchedulerApi;

namespace AiTeams.Scheduler.Tests.Mail;

/// <summary>SIGNATURE_MUTATIONS=100000 plays as many mutated requests as that.</summary>
[Collection(SchedulerApi.Name)]
public sealed class ReceiveMailTests(SchedulerApi api, ITestOutputHelper output)
{
    private readonly string _address = $"office-{Guid.NewGuid():N}@example.org";

    [Fact]
    public async Task A_message_fires_once_however_often_and_in_whichever_shape_it_comes()
    {
        var (_, workflow) = await api.DeployAsync(SentMail.ByWebhook(_address.ToUpperInvariant()));

        var answers = new[]
        {
            await api.SendAsync(SentMail.Message($"Office <{_address}>", "order17@example.com")),
            await api.SendAsync(SentMail.Message(_address, "order17@example.com")),
            await api.SendAsync(Encoding.UTF8.GetBytes(SentMail.Json(_address, "<order17@example.com>").ToJsonString()), "application/json"),
        };

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Accepted, """{"fired":1,"queued":0}"""), (answer.Status, answer.Json.ToJsonString())));
        var (request, times) = Assert.Single(api.Starts(workflow));
        Assert.Equal(3, times);
        var data = SentMail.DataOf(request);
        Assert.Equal(
            ("ann@example.com", _address, "Where is order 17?", "order17@example.com", "2026-03-02T07:00:00.000Z"),
            ((string)data["sender"]!, (string)data["recipient"]!, (string)data["subject"]!, (string)data["email_id"]!, (string)data["date"]!));
        Assert.Equal("It should have come on Monday.", ((string)data["body_text"]!).TrimEnd());
        var rows = await api.RowsAsync("SELECT index_key FROM trigger_index WHERE workflow_id = $1", workflow);
        Assert.Equal(_address, (string)Assert.Single(rows)!["index_key"]!);
    }

    [Theory]
    [InlineData("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0)]
    [InlineData(SentMail.Secret, 301)]
    [InlineData(SentMail.Secret, -310)]
    public async Task What_is_signed_by_another_or_long_ago_fires_nothing(string secret, int late)
    {
        var (_, workflow) = await api.DeployAsync(SentMail.ByWebhook(_address));

        var (status, _) = await api.SendAsync(SentMail.Message(_address, "a@b"), secret: secret, late: late);

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Empty(api.Starts(workflow));
    }

    [Fact]
    public async Task Whoever_deploys_somebody_elses_address_neither_gets_nor_keeps_back_their_messages()
    {
        var (_, owner) = await api.DeployAsync(SentMail.ByWebhook(_address));
        var squat = SentMail.ByWebhook(_address);
        squat["webhook_secret"] = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        var (_, stranger) = await api.DeployAsync(squat);

        Assert.Equal(HttpStatusCode.Accepted, (await api.SendAsync(SentMail.Message(_address, "a@b"))).Status);

        Assert.Single(api.Starts(owner));
        Assert.Empty(api.Starts(stranger));
    }

    [Fact]
    public async Task A_mailbox_that_is_read_by_IMAP_takes_nothing_from_the_webhook()
    {
        var configuration = SentMail.ByImap($"{Guid.NewGuid():N}.example.org");
        configuration["address"] = _address;
        configuration["webhook_secret"] = SentMail.Secret;
        var (_, workflow) = await api.DeployAsync(configuration);

        Assert.Equal(HttpStatusCode.Unauthorized, (await api.SendAsync(SentMail.Message(_address, "a@b"))).Status);
        Assert.Empty(api.Starts(workflow));
    }

    [Fact]
    public async Task While_the_engine_is_away_a_message_is_taken_and_kept()
    {
        var (_, workflow) = await api.DeployAsync(SentMail.ByWebhook(_address));
        api.Engine.Refuse = request => request.WorkflowId == $"{workflow}" ? new RpcException(new Status(StatusCode.Unavailable, "away")) : null;

        var (status, receipt) = await api.SendAsync(SentMail.Message(_address, "a@b"));

        Assert.Equal((HttpStatusCode.Accepted, 1), (status, (int)receipt["queued"]!));
        api.Engine.Refuse = null;
        await Eventually.AssertAsync(() => Task.FromResult(api.Starts(workflow).Count == 1), TimeSpan.FromSeconds(30), "it is started when the engine is back");
    }

    [Theory]
    [InlineData("text/plain", "x", 415)]
    [InlineData("", "x", 415)]
    [InlineData("application/json", "{", 422)]
    [InlineData("application/json", "[]", 422)]
    [InlineData("application/json", "{}", 401)]
    [InlineData("message/rfc822", "", 401)]
    [InlineData("message/rfc822", "no headers", 401)]
    public async Task What_is_no_message_for_anybody_is_refused(string type, string body, int expected) =>
        Assert.Equal(expected, (int)(await api.SendAsync(Encoding.UTF8.GetBytes(body), type)).Status);

    [Theory]
    [InlineData("subject", "7", "/subject")]
    [InlineData("colour", "\"red\"", "/colour")]
    [InlineData("date", "\"soon\"", "/date")]
    [InlineData("cc", "[7]", "/cc")]
    [InlineData("headers", "{\"x\":{}}", "/headers/x")]
    [InlineData("attachments", "[{\"name\":\"a.pdf\",\"content_base64\":\"?\"}]", "/attachments/0")]
    public async Task A_field_that_does_not_fit_is_named(string field, string value, string pointer)
    {
        await api.DeployAsync(SentMail.ByWebhook(_address));
        var mail = SentMail.Json(_address, "a@b");
        mail[field] = JsonNode.Parse(value);

        var (status, problem) = await api.SendAsync(Encoding.UTF8.GetBytes(mail.ToJsonString()), "application/json");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, pointer), (status, (string)problem["errors"]![0]!["pointer"]!));
    }

    [Fact]
    public async Task A_message_of_too_many_parts_is_refused_and_one_that_is_too_long_is_not_read()
    {
        await api.DeployAsync(SentMail.ByWebhook(_address));
        var parts = SentMail.Message(_address, "a@b", new StringBuilder().Insert(0, "--b\r\n\r\n", 100_000).ToString(), "Content-Type: multipart/mixed; boundary=b\r\n");

        var (status, problem) = await api.SendAsync(parts);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "invalid_message"), (status, (string)problem["errors"]![0]!["code"]!));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await api.SendAsync(new byte[ReceiveMail.MaxBytes + 1])).Status);
    }

    [Theory]
    [InlineData("""{"email_provider":"gmail_api"}""", "unsupported_provider")]
    [InlineData("""{"email_provider":"outlook_api"}""", "unsupported_provider")]
    [InlineData("""{"email_provider":"webhook","address":"a@b.example"}""", "missing_secret")]
    [InlineData("""{"email_provider":"webhook","address":"a@b.example","webhook_secret":"short"}""", "invalid_secret")]
    [InlineData("""{"email_provider":"webhook","webhook_secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}""", "invalid_address")]
    [InlineData("""{"credentials":{"username":"a","password":"b"}}""", "missing_server")]
    [InlineData("""{"server_config":{"host":"imap.example.org"}}""", "missing_credentials")]
    [InlineData("""{"server_config":{"host":"imap.example.org","port":0},"credentials":{"username":"a","password":"b"}}""", "invalid_value")]
    [InlineData("""{"email_provider":"webhook","address":"a@b.example","webhook_secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw","filter_criteria":{"colour":"red"}}""", "invalid_value")]
    public async Task What_could_not_work_is_not_deployed(string configuration, string code)
    {
        var user = await api.NewUserAsync();
        var workflow = await api.NewWorkflowAsync(user, [Trigger("mail", "EMAIL", JsonNode.Parse(configuration)!.AsObject())]);

        var (status, problem) = await api.PostAsync(user, $"/api/v1/app/workflows/{workflow}/deploy");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains(code, problem["errors"]!.AsArray().Select(found => (string)found!["code"]!));
    }

    [Fact]
    public async Task A_made_up_message_looks_like_a_real_one()
    {
        var (user, workflow) = await api.DeployAsync(SentMail.ByWebhook(_address));
        await api.SendAsync(SentMail.Message(_address, "a@b"));
        var real = SentMail.DataOf(Assert.Single(api.Starts(workflow)).Request).AsObject();

        var (status, answer) = await api.PostAsync(user, $"/api/v1/app/workflows/{workflow}/triggers/mail/invoke", new JsonObject
        {
            ["dry_run"] = true,
            ["parameters"] = new JsonObject { ["from"] = "Ann <ann@example.com>", ["subject"] = "Hello" },
        });

        Assert.Equal(HttpStatusCode.OK, status);
        var made = answer["trigger_data"]!.AsObject();
        Assert.Equal(real.Select(field => field.Key).Append("invocation").Order(), made.Select(field => field.Key).Order());
        Assert.Equal(("ann@example.com", "Hello", _address), ((string)made["sender"]!, (string)made["subject"]!, (string)made["recipient"]!));
    }

    [Fact]
    public void No_mutated_request_passes()
    {
        var trials = int.Parse(Environment.GetEnvironmentVariable("SIGNATURE_MUTATIONS") ?? "4000", null);
        var dice = new Random(20261123);
        var now = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);
        var body = SentMail.Message("office@example.org", "a@b");
        string[] signed = ["msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", ""];
        signed[2] = StandardWebhooks.Sign(StandardWebhooks.KeyOf(SentMail.Secret)!, signed[0], signed[1], body);
        Assert.True(Passes(signed, body, SentMail.Secret));
        Assert.False(Passes(signed, body, ""));

        var accepted = 0;
        for (var trial = 0; trial < trials; trial++)
        {
            var (headers, bytes) = ((string[])signed.Clone(), (byte[])body.Clone());
            var which = dice.Next(4);
            if (which == 3)
            {
                bytes[dice.Next(bytes.Length)] ^= (byte)(1 << dice.Next(8));
            }
            else
            {
                headers[which] = Mutated(headers[which], dice);
            }

            accepted += Passes(headers, bytes, SentMail.Secret) ? 1 : 0;
        }

        output.WriteLine($"{trials} mutated requests, {accepted} accepted");
        Assert.Equal(0, accepted);

        bool Passes(string[] given, byte[] bytes, string secret)
        {
            var configuration = SentMail.ByWebhook("office@example.org");
            configuration["webhook_secret"] = secret;
            var headers = new HeaderDictionary { ["webhook-id"] = given[0], ["webhook-timestamp"] = given[1], ["webhook-signature"] = given[2] };
            return ReceiveMail.IsSigned(new DeployedTrigger(Guid.Empty, Guid.Empty, "mail", 1, "EMAIL", "office@example.org", configuration), headers, bytes, now);
        }
    }

    // Never a space: signatures are a list with spaces between, and a list may hold others beside the right one.
    private static string Mutated(string text, Random dice)
    {
        while (true)
        {
            var at = dice.Next(text.Length);
            var changed = dice.Next(4) switch
            {
                0 => text[..at] + (char)(text[at] ^ (1 << dice.Next(5))) + text[(at + 1)..],
                1 => text.Remove(at, 1),
                2 => text.Insert(at, ((char)dice.Next(33, 127)).ToString()),
                _ => text[..at] + (char.IsUpper(text[at]) ? char.ToLowerInvariant(text[at]) : char.ToUpperInvariant(text[at])) + text[(at + 1)..],
            };
            if (changed != text)
            {
                return changed;
            }
        }
    }
}
