using System.Net;
using System.Text.Json.Nodes;
using AiTeams.HumanInTheLoop.Deadlines;
using AiTeams.Testing;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace AiTeams.HumanInTheLoop.Tests.Deciding;

/// <summary>Answers through the API of the inbox, and what becomes of them.</summary>
[Collection(HilApi.Name)]
public sealed class AnswerInteractionTests(HilApi api)
{
    private const string Yes = """{"approved":true,"reason":"fine"}""";

    public static TheoryData<string, string, string, string> Valid => new()
    {
        { "approval", "{}", """{"approved":false}""", "rejected" },
        { "approval", """{"approval_options":["ship","hold"]}""", """{"approval_option":"Ship"}""", "confirmed" },
        { "input", """{"input_fields":[{"name":"n","field_type":"number","required":true}]}""", """{"field_values":{"n":9007199254740993}}""", "confirmed" },
        { "selection", """{"selection_options":["a","b"]}""", """{"selected_values":["b"]}""", "confirmed" },
        { "review", """{"scoring_system":"numeric_scale","passing_threshold":3}""", """{"score":2,"comments":"thin"}""", "rejected" },
        { "approval", "{}", """{"unrelated":true,"reason":"wrong team"}""", "unrelated" },
    };

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task A_valid_answer_ends_the_question_and_the_engine_goes_on_by_its_port(string type, string request, string response, string outcome)
    {
        var user = await api.NewUserAsync();
        var asked = await api.AskAsync(user, type, request);

        var (status, receipt) = await api.RespondAsync(user, asked.Id, response);

        Assert.Equal((HttpStatusCode.OK, "responded", outcome), (status, (string)receipt["status"]!, (string)receipt["outcome"]!));
        var told = await api.ToldAsync(asked.Id);
        Assert.Equal(outcome, (string)told["outcome"]!);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(response), told["answer"]!["response_data"]!["raw"]), told.ToJsonString());
        Assert.Equal(user.ToString(), (string)told["answer"]!["responder"]!["user_id"]!);
        var row = api.Engine.Told[asked.Id.ToString("D")].First();
        Assert.Equal((asked.ExecutionId, "ask", user.ToString("D")), (row.ExecutionId, row.NodeId, row.UserId));
        await Eventually.AssertAsync(
            async () => await api.ScalarAsync<long>("SELECT count(*) FROM hil_resumptions WHERE interaction_id = $1", asked.Id) == 0, TimeSpan.FromSeconds(10), "nothing is left to tell");
        Assert.Equal(1L, await api.ScalarAsync<long>("SELECT count(*) FROM messaging.outbox WHERE payload ->> 'interaction_id' = $1 AND type LIKE '%nswered%'", asked.Id.ToString()));
    }

    [Theory]
    [InlineData("approval", "{}", "{}", "/response_data/approved")]
    [InlineData("approval", """{"approval_reason_required":true}""", """{"approved":true}""", "/response_data/reason")]
    [InlineData("approval", "{}", """{"approved":true,"content":"other"}""", "/response_data/content")]
    [InlineData("input", """{"input_fields":[{"name":"n","field_type":"number"}]}""", """{"field_values":{"n":"many","m":1}}""", "/response_data/field_values/n")]
    [InlineData("selection", """{"selection_options":["a","b"]}""", """{"selected_values":["c"]}""", "/response_data/selected_values")]
    [InlineData("selection", """{"selection_options":["a","b"]}""", """{"selected_values":["a","b"]}""", "/response_data/selected_values")]
    [InlineData("review", """{"require_evidence":true}""", """{"approved":true}""", "/response_data/comments")]
    [InlineData("review", """{"scoring_system":"letter_grade"}""", """{"score":"E"}""", "/response_data/score")]
    [InlineData("approval", "{}", """{"approved":true,"reason":"a\u0000b"}""", "/response_data/reason")]
    [InlineData("approval", "{}", """{"unrelated":true,"x":[{"y/z":"\u0000"}]}""", "/response_data/x/0/y~1z")]
    [InlineData("approval", "{}", """{"approved":true,"a\u0000":1}""", "/response_data")]
    public async Task An_invalid_answer_names_the_field_and_leaves_the_question_open(string type, string request, string response, string pointer)
    {
        var user = await api.NewUserAsync();
        var asked = await api.AskAsync(user, type, request);

        var (status, problem) = await api.RespondAsync(user, asked.Id, response);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(pointer, (string)problem["errors"]![0]!["pointer"]!);
        Assert.Equal("pending", await StatusAsync(asked));
    }

    [Fact]
    public async Task The_first_of_fifty_wins_and_the_others_are_told_what_won()
    {
        var user = await api.NewUserAsync();
        var asked = await api.AskAsync(user);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(number =>
            api.RespondAsync(user, asked.Id, $$"""{"approved":{{(number % 2 == 0 ? "true" : "false")}},"reason":"{{number}}"}""")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.Equal(
            (HttpStatusCode.Conflict, "already_answered"), (answer.Status, (string)answer.Json["code"]!)));
        await api.ToldAsync(asked.Id);
        Assert.Single(api.Engine.Told[asked.Id.ToString("D")]);
    }

    [Fact]
    public async Task The_same_answer_of_the_same_person_is_told_the_same_again()
    {
        var user = await api.NewUserAsync();
        var asked = await api.AskAsync(user);
        await api.RespondAsync(user, asked.Id, Yes);

        var (status, receipt) = await api.RespondAsync(user, asked.Id, Yes);
        var other = await api.RespondAsync(user, asked.Id, """{"approved":false}""");

        Assert.Equal((HttpStatusCode.OK, true), (status, (bool)receipt["replayed"]!));
        Assert.Equal(HttpStatusCode.Conflict, other.Status);
        Assert.Contains("confirmed", (string)other.Json["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_that_is_away_is_told_when_it_is_back()
    {
        var user = await api.NewUserAsync();
        var asked = await api.AskAsync(user);
        var tries = 0;
        api.Engine.Refuse = request => request.IdempotencyKey == asked.Id.ToString("D") && ++tries < 3 ? new RpcException(new Status(StatusCode.Unavailable, "away")) : null;

        Assert.Equal(HttpStatusCode.OK, (await api.RespondAsync(user, asked.Id, Yes)).Status);

        await Eventually.AssertAsync(
            async () => await api.ScalarAsync<long>("SELECT count(*) FROM hil_resumptions WHERE interaction_id = $1", asked.Id) == 0, TimeSpan.FromSeconds(20), "it is told");
        Assert.Equal(3, api.Engine.Told[asked.Id.ToString("D")].Count);
        Assert.Single(api.Engine.Told[asked.Id.ToString("D")].Select(request => request.DataJson).Distinct());
    }

    [Fact]
    public async Task A_stranger_sees_nothing_and_answers_nothing()
    {
        var (user, stranger) = (await api.NewUserAsync(), await api.NewUserAsync());
        var asked = await api.AskAsync(user);

        Assert.Equal(HttpStatusCode.NotFound, (await api.RespondAsync(stranger, asked.Id, Yes)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync(stranger, $"/api/v1/app/interactions/{asked.Id}")).Status);
        Assert.Empty((await api.GetAsync(stranger, "/api/v1/app/interactions")).Json["interactions"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotFound, (await api.PostAsync(stranger, $"/api/v1/app/interactions/{asked.Id}/cancel")).Status);
        Assert.Equal("pending", await StatusAsync(asked));
    }

    [Theory]
    [InlineData("fail", "failed", "interaction_timeout")]
    [InlineData("continue", "timeout", null)]
    [InlineData("default_response", "confirmed", null)]
    public async Task When_its_time_is_up_it_ends_as_configured_and_late_answers_are_told(string action, string outcome, string? code)
    {
        var user = await api.NewUserAsync();
        var asked = await api.AskAsync(user, request: """{"timeout_default_response":{"approved":true,"reason":"silence"}}""", seconds: -1, timeoutAction: action);
        await api.Host.Services.GetRequiredService<ExpireInteractions>().RunOnceAsync(default);

        var (status, problem) = await api.RespondAsync(user, asked.Id, Yes);

        Assert.Equal((HttpStatusCode.Conflict, "timed_out"), (status, (string)problem["code"]!));
        var told = await api.ToldAsync(asked.Id);
        Assert.Equal((outcome, code), ((string)told["outcome"]!, (string?)told["error_code"]));
        Assert.Equal("timeout", await StatusAsync(asked));
    }

    [Fact]
    public async Task Escalation_asks_others_and_gives_them_time()
    {
        var (user, boss) = (await api.NewUserAsync(), await api.NewUserAsync());
        var until = DateTime.UtcNow.AddHours(1).ToString("O");
        var asked = await api.AskAsync(
            user, request: $$$"""{"approvers":["nobody@example.org"],"escalation":{"to":["{{{boss}}}"],"then":"continue","until":"{{{until}}}"} }""", seconds: -1, timeoutAction: "escalate");
        // The service's own duty may have taken it up a moment before.
        await Eventually.AssertAsync(
            async () => (await api.GetAsync(boss, "/api/v1/app/interactions?status=pending")).Json["interactions"]!.AsArray().Count == 1, TimeSpan.FromSeconds(20), "the boss is asked");

        Assert.Equal("pending", await StatusAsync(asked));
        Assert.Equal(HttpStatusCode.Forbidden, (await api.RespondAsync(user, asked.Id, Yes)).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.RespondAsync(boss, asked.Id, Yes)).Status);
    }

    [Fact]
    public async Task Two_of_three_have_to_agree_and_each_has_one_vote()
    {
        var (user, ada, bob) = (await api.NewUserAsync(), await api.NewUserAsync(), await api.NewUserAsync());
        var asked = await api.AskAsync(user, request: $$"""{"approvers":["{{user}}","{{ada}}","{{bob}}"],"required_answers":2}""");
        await api.ExecuteAsync("INSERT INTO hil_assignees (interaction_id, user_id) VALUES ($1, $2), ($1, $3)", asked.Id, ada, bob);

        var first = await api.RespondAsync(user, asked.Id, Yes);
        var again = await api.RespondAsync(user, asked.Id, Yes);
        var no = await api.RespondAsync(ada, asked.Id, """{"approved":false}""");
        var last = await api.RespondAsync(bob, asked.Id, Yes);

        Assert.Equal(("pending", 1), ((string)first.Json["status"]!, (int)first.Json["missing"]!));
        Assert.Equal("already_voted", (string)again.Json["code"]!);
        Assert.Equal("pending", (string)no.Json["status"]!);
        Assert.Equal(("responded", "confirmed"), ((string)last.Json["status"]!, (string)last.Json["outcome"]!));
        Assert.Equal(3, (await api.ToldAsync(asked.Id))["answer"]!["response_data"]!["answers"]!.AsArray().Count);
    }

    [Fact]
    public async Task Whoever_started_the_run_may_be_kept_from_answering_it()
    {
        var (user, colleague) = (await api.NewUserAsync(), await api.NewUserAsync());
        var asked = await api.AskAsync(user, request: $$"""{"requester_may_answer":false,"requester":"{{user}}"}""");

        var (status, problem) = await api.RespondAsync(user, asked.Id, Yes);
        Assert.Equal((HttpStatusCode.Forbidden, "requester_may_not_answer"), (status, (string)problem["code"]!));

        await api.PostAsync(user, $"/api/v1/app/interactions/{asked.Id}/delegate", new JsonObject { ["user_id"] = $"{colleague}" });
        Assert.Equal(HttpStatusCode.OK, (await api.RespondAsync(colleague, asked.Id, Yes)).Status);
    }

    [Fact]
    public async Task What_somebody_has_claimed_nobody_else_answers()
    {
        var (user, colleague) = (await api.NewUserAsync(), await api.NewUserAsync());
        var asked = await api.AskAsync(user);
        await api.ExecuteAsync("INSERT INTO hil_assignees (interaction_id, user_id) VALUES ($1, $2)", asked.Id, colleague);

        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync(colleague, $"/api/v1/app/interactions/{asked.Id}/claim")).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync(colleague, $"/api/v1/app/interactions/{asked.Id}/claim")).Status);
        Assert.Equal("claimed", (string)(await api.PostAsync(user, $"/api/v1/app/interactions/{asked.Id}/claim")).Json["code"]!);
        Assert.Equal("claimed", (string)(await api.RespondAsync(user, asked.Id, Yes)).Json["code"]!);
        Assert.Equal(HttpStatusCode.OK, (await api.RespondAsync(colleague, asked.Id, Yes)).Status);
    }

    [Fact]
    public async Task What_is_cancelled_fails_its_node_and_takes_no_answer()
    {
        var user = await api.NewUserAsync();
        var asked = await api.AskAsync(user);

        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync(user, $"/api/v1/app/interactions/{asked.Id}/cancel", new JsonObject { ["reason"] = "not needed" })).Status);

        Assert.Equal("cancelled", (string)(await api.RespondAsync(user, asked.Id, Yes)).Json["code"]!);
        Assert.Equal("cancelled", (string)(await api.PostAsync(user, $"/api/v1/app/interactions/{asked.Id}/cancel")).Json["code"]!);
        Assert.Equal("interaction_cancelled", (string)(await api.ToldAsync(asked.Id))["error_code"]!);
    }

    private Task<string?> StatusAsync(Asked asked) => api.ScalarAsync<string>("SELECT status FROM human_interactions WHERE id = $1", asked.Id);
}
