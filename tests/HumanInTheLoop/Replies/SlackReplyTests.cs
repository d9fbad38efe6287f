using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AiTeams.HumanInTheLoop.Tests.World;
using AiTeams.Testing;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using V1 = AiTeams.Contracts.HumanInTheLoop.V1;

namespace AiTeams.HumanInTheLoop.Tests.Replies;

/// <summary>Buttons and threads of Slack.</summary>
[Collection(HilApi.Name)]
public sealed class SlackReplyTests(HilApi api)
{
    private const string Ada = "U0000000001";
    private const string Eve = "U0000000666";

    [Fact]
    public async Task A_button_decides_once_and_who_comes_later_is_told_alone()
    {
        var (asked, post) = await AskAsync();

        Assert.Equal(HttpStatusCode.OK, await api.PressAsync(post, "reject", Ada));
        Assert.Equal(HttpStatusCode.OK, await api.PressAsync(post, "approve", Eve, response: $"late-{asked.Id}"));
        Assert.Equal(HttpStatusCode.OK, await api.PressAsync(post, "reject", Ada, response: $"again-{asked.Id}"));

        var told = await api.ToldAsync(asked.Id);
        Assert.Equal(("rejected", "slack", Ada), ((string)told["outcome"]!, (string)told["answer"]!["responder"]!["platform"]!, (string)told["answer"]!["responder"]!["platform_user_id"]!));
        Assert.Contains("has been answered: rejected", (string)api.Slack.Responses[$"late-{asked.Id}"]["text"]!, StringComparison.Ordinal);
        Assert.False(api.Slack.Responses.ContainsKey($"again-{asked.Id}"));
    }

    [Fact]
    public async Task An_option_is_chosen_by_its_button_and_a_link_decides_nothing()
    {
        var (asked, post) = await AskAsync("selection", """{"selection_options":["a","b"]}""");

        Assert.Equal(HttpStatusCode.OK, await api.PressAsync(post, "open"));
        Assert.Equal("pending", await StatusAsync(asked));
        Assert.Equal(HttpStatusCode.OK, await api.PressAsync(post, "option:1"));

        Assert.Equal("b", (string)(await api.ToldAsync(asked.Id))["answer"]!["response_data"]!["selection_response"]!["selected_values"]![0]!);
    }

    [Fact]
    public async Task Who_was_not_named_presses_in_vain()
    {
        var (asked, post) = await AskAsync(request: $$"""{"approvers":["{{Ada}}"]}""");

        Assert.Equal(HttpStatusCode.OK, await api.PressAsync(post, "approve", Eve, response: $"eve-{asked.Id}"));

        Assert.Contains("not among", (string)api.Slack.Responses[$"eve-{asked.Id}"]["text"]!, StringComparison.Ordinal);
        Assert.Equal("pending", await StatusAsync(asked));
        Assert.Equal(HttpStatusCode.OK, await api.PressAsync(post, "approve", Ada));
        Assert.Equal("responded", await StatusAsync(asked));
    }

    [Theory]
    [InlineData("yes, go ahead", "confirmed")]
    [InlineData("Nein, das lehne ich ab.", "rejected")]
    [InlineData("I disapprove of this", "rejected")]
    [InlineData("no objections, ship it", "confirmed")]
    public async Task A_reply_in_the_thread_answers_and_says_how_it_was_understood(string text, string outcome)
    {
        var (asked, post) = await AskAsync();

        Assert.Equal(HttpStatusCode.OK, await api.SayAsync(post.Channel, text, post));

        var told = await api.ToldAsync(asked.Id);
        Assert.Equal(outcome, (string)told["outcome"]!);
        Assert.Equal(text, (string)told["answer"]!["user_response"]!);
        Assert.InRange((double)told["answer"]!["ai_confidence_score"]!, 0.7, 1);
        var response = await ResponseAsync(asked);
        Assert.Equal(("matched", $"{asked.Id}", Ada), ((string)response["status"]!, (string)response["matched_interaction_id"]!, (string)response["sender"]!));
        Assert.Equal(8, response["factors"]!["factors"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("has anybody seen my umbrella?")]
    [InlineData("lunch at 12?")]
    [InlineData("<@U0000000777> can you look at this one?")]
    public async Task Talk_in_the_thread_resumes_nothing(string text)
    {
        var (asked, post) = await AskAsync();

        await api.SayAsync(post.Channel, text, post);

        var response = await ResponseAsync(asked);
        Assert.Equal("filtered_out", (string)response["status"]!);
        Assert.NotNull((string?)response["reasoning"]);
        Assert.Equal("pending", await StatusAsync(asked));
    }

    [Fact]
    public async Task What_cannot_be_read_as_an_answer_is_asked_for_in_other_words()
    {
        var (asked, post) = await AskAsync();

        await api.SayAsync(post.Channel, "ok I guess, let me think about it, probably yes", post);
        await api.SentAsync(asked, "clarification");

        var back = api.Slack.In(post.Channel)[1];
        Assert.Equal(post.Ts, back.Thread);
        Assert.Contains("in other words", back.Text, StringComparison.Ordinal);
        Assert.Equal(("pending", "unprocessed"), (await StatusAsync(asked), (string)(await ResponseAsync(asked))["status"]!));
        await api.SayAsync(post.Channel, "rejected", post);
        Assert.Equal("rejected", (string)(await api.ToldAsync(asked.Id))["outcome"]!);
    }

    [Theory]
    [InlineData("yes", "confirmed")]
    [InlineData("no", "rejected")]
    public async Task Nobody_settles_what_somebody_else_meant(string text, string outcome)
    {
        var (asked, post) = await AskAsync();
        await api.SayAsync(post.Channel, InPassing);
        await api.SentAsync(asked, "clarification");

        await api.SayAsync(post.Channel, text, post, user: Eve);   // she speaks for herself

        var told = await api.ToldAsync(asked.Id);
        Assert.Equal((outcome, Eve), ((string)told["outcome"]!, (string)told["answer"]!["responder"]!["platform_user_id"]!));
    }

    [Theory]
    [InlineData("yes, exactly", true)]
    [InlineData("no, not at all", false)]
    public async Task The_same_person_settles_what_was_meant(string settling, bool isMeant)
    {
        var (asked, post) = await AskAsync();
        await api.SayAsync(post.Channel, InPassing);
        await api.SentAsync(asked, "clarification");
        Assert.Contains("I read it as: reject", api.Slack.In(post.Channel)[1].Text, StringComparison.Ordinal);

        await api.SayAsync(post.Channel, settling, post);

        await Eventually.AssertAsync(
            async () => await api.ScalarAsync<long>("SELECT count(*) FROM hil_responses WHERE workflow_id = $1 AND status = $2", asked.WorkflowId, isMeant ? "matched" : "filtered_out") == 2,
            TimeSpan.FromSeconds(20), "both replies are settled");
        Assert.Equal(isMeant ? "responded" : "pending", await StatusAsync(asked));
        if (isMeant)
        {
            Assert.Equal("rejected", (string)(await api.ToldAsync(asked.Id))["outcome"]!);
        }
    }

    [Fact]
    public async Task Slack_delivers_twice_and_late_and_nothing_happens_by_it()
    {
        var (asked, post) = await AskAsync();
        var ts = SlackPerson.NewTs();

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => api.SayAsync(post.Channel, "approved", post, ts: ts)));
        await api.ToldAsync(asked.Id);
        await api.SayAsync(post.Channel, "approved", post, ts: ts);
        await api.SayAsync(post.Channel, "no, rejected!", post, user: Eve);

        await Eventually.AssertAsync(
            async () => await api.ScalarAsync<long>("SELECT count(*) FROM hil_responses WHERE workflow_id = $1 AND status = 'filtered_out'", asked.WorkflowId) == 1, TimeSpan.FromSeconds(20), "the late one is judged");
        Assert.Equal(1L, await api.ScalarAsync<long>("SELECT count(*) FROM hil_responses WHERE workflow_id = $1 AND status = 'matched'", asked.WorkflowId));
        Assert.Contains("too late", await api.ScalarAsync<string>("SELECT ai_reasoning FROM hil_responses WHERE workflow_id = $1 AND status = 'filtered_out'", asked.WorkflowId), StringComparison.Ordinal);
        Assert.Single(api.Engine.Told[asked.Id.ToString("D")]);
    }

    [Fact]
    public async Task What_came_to_the_triggers_address_is_taken_by_the_same_proof()
    {
        var (asked, post) = await AskAsync();
        using var channel = GrpcChannel.ForAddress(api.Host.GrpcAddress);
        var client = new V1.HumanInTheLoop.HumanInTheLoopClient(channel);
        var asService = new Metadata { { "authorization", "Bearer " + TestIdentity.ServiceToken("scheduler") } };
        var body = SlackPerson.Message(post.Channel, "approved", post.Ts, Ada, SlackPerson.NewTs());
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new V1.ReceiveSlackRequest
        {
            ContentType = "application/json",
            Body = ByteString.CopyFromUtf8(body),
            Timestamp = timestamp,
            Signature = SlackPerson.Sign(SlackStub.SigningSecret, timestamp, body),
        };

        var other = request.Clone();
        other.Body = ByteString.CopyFromUtf8(SlackPerson.Message("#nobodys", "approved", null, Ada, SlackPerson.NewTs()));
        var forged = request.Clone();
        forged.Signature = SlackPerson.Sign("another", timestamp, body);

        Assert.False((await client.ReceiveSlackAsync(other, asService)).Taken);
        Assert.False((await client.ReceiveSlackAsync(forged, asService)).Taken);
        Assert.Equal("pending", await StatusAsync(asked));
        Assert.True((await client.ReceiveSlackAsync(request, asService)).Taken);
        Assert.Equal("confirmed", (string)(await api.ToldAsync(asked.Id))["outcome"]!);
    }

    [Fact]
    public async Task Nothing_of_other_talk_is_kept()
    {
        var before = await api.ScalarAsync<long>("SELECT count(*) FROM hil_responses");

        Assert.Equal(HttpStatusCode.OK, await api.SayAsync("#elsewhere", "yes, approved"));
        Assert.Equal(HttpStatusCode.OK, await api.PostSlackAsync("""{"type":"event_callback","event":{"type":"reaction_added"}}""", "application/json"));

        Assert.Equal(before, await api.ScalarAsync<long>("SELECT count(*) FROM hil_responses"));
    }

    [Fact]
    public async Task What_is_not_signed_with_the_questions_secret_or_is_old_decides_nothing()
    {
        var (asked, post) = await AskAsync();
        var click = "payload=" + Uri.EscapeDataString($$"""{"type":"block_actions","user":{"id":"{{Ada}}"},"actions":[{"action_id":"hil:{{asked.Id}}:approve"}]}""");
        var message = SlackPerson.Message(post.Channel, "approved", post.Ts, Ada, SlackPerson.NewTs());
        foreach (var (body, type) in new[] { (click, "application/x-www-form-urlencoded"), (message, "application/json") })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await api.PostSlackAsync(body, type, secret: "another"));
            Assert.Equal(HttpStatusCode.Unauthorized, await api.PostSlackAsync(body, type, age: TimeSpan.FromMinutes(6)));
            Assert.Equal(HttpStatusCode.Unauthorized, await api.PostSlackAsync(body, type, age: TimeSpan.FromMinutes(-6)));
            Assert.Equal(HttpStatusCode.Unauthorized, await api.PostSlackAsync(body, type, forge: _ => ""));
            Assert.Equal(HttpStatusCode.Unauthorized, await api.PostSlackAsync(body, type, forge: signature => signature.ToUpperInvariant()));
            for (var at = 3; at < 67; at += 7)
            {
                var place = at;
                Assert.Equal(HttpStatusCode.Unauthorized, await api.PostSlackAsync(
                    body, type, forge: signature => string.Concat(signature[..place], signature[place] == '0' ? "1" : "0", signature[(place + 1)..])));
            }
        }

        Assert.Equal("pending", await StatusAsync(asked));
        Assert.Equal(0L, await api.ScalarAsync<long>("SELECT count(*) FROM hil_responses WHERE workflow_id = $1", asked.WorkflowId));
        await api.ExecuteAsync("DELETE FROM hil_channel_secrets WHERE interaction_id = $1", asked.Id);
        Assert.Equal(HttpStatusCode.Unauthorized, await api.PostSlackAsync(click, "application/x-www-form-urlencoded", secret: " "));
        Assert.Equal(HttpStatusCode.Unauthorized, await api.PostSlackAsync(click, "application/x-www-form-urlencoded"));
    }

    [Theory]
    [InlineData("{", "application/json", 422)]
    [InlineData("[]", "application/json", 422)]
    [InlineData("""{"type":"block_actions","a":"\u0000"}""", "application/json", 422)]
    [InlineData("text", "text/plain", 415)]
    [InlineData("other=1", "application/x-www-form-urlencoded", 422)]
    [InlineData("payload=%7B", "application/x-www-form-urlencoded", 422)]
    [InlineData("""{"type":"url_verification"}""", "application/json", 422)]
    [InlineData("""{"type":"url_verification","challenge":"abc"}""", "application/json", 200)]
    [InlineData("""{"type":"block_actions","actions":[{"action_id":"somebody elses"}]}""", "application/json", 200)]
    public async Task What_is_no_payload_of_Slacks_is_refused(string body, string type, int status) => Assert.Equal(status, (int)await api.PostSlackAsync(body, type));

    [Fact]
    public async Task Two_services_judge_each_reply_once()
    {
        var other = await api.Environment.NewHostAsync<HumanInTheLoopCalls>(api.Options);
        var questions = new List<(Asked Asked, SlackPost Post)>();
        for (var number = 0; number < 12; number++)
        {
            questions.Add(await AskAsync());
        }

        await Task.WhenAll(questions.Select(question => api.SayAsync(question.Post.Channel, "approved", question.Post)));
        foreach (var (asked, _) in questions)
        {
            await api.ToldAsync(asked.Id);
            Assert.Single(api.Engine.Told[asked.Id.ToString("D")]);
            Assert.Equal("matched", (string)(await ResponseAsync(asked))["status"]!);
        }

        await other.DisposeAsync();
    }

    // Outside the thread, with more in it than an answer.
    private const string InPassing = "No, rejected. By the way, who has the keys of the meeting room downstairs?";

    private async Task<(Asked Asked, SlackPost Post)> AskAsync(string type = "approval", string request = "{}")
    {
        var (asked, room) = await api.AskByAsync("slack", await api.NewUserAsync(), type, request);
        await api.SentAsync(asked, "request");
        return (asked, api.Slack.In(room).Single());
    }

    private async Task<JsonNode> ResponseAsync(Asked asked)
    {
        var user = await api.ScalarAsync<Guid>("SELECT user_id FROM workflows WHERE id = $1", asked.WorkflowId);
        JsonNode? response = null;
        await Eventually.AssertAsync(
            async () =>
            {
                response = (await api.GetAsync(user, $"/api/v1/app/workflows/{asked.WorkflowId}/hil-responses")).Json["responses"]!.AsArray().FirstOrDefault();
                return response?["processed_at"] is not null;
            },
            TimeSpan.FromSeconds(20), "the reply is judged");
        return response!;
    }

    private Task<string?> StatusAsync(Asked asked) => api.ScalarAsync<string>("SELECT status FROM human_interactions WHERE id = $1", asked.Id);
}
