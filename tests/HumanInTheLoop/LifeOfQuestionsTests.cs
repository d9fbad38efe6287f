using System.Net;
using System.Text.Json.Nodes;
using AiTeams.HumanInTheLoop.Tests.World;

namespace AiTeams.HumanInTheLoop.Tests;

/// <summary>
/// Every type of question in every channel, through everything that can happen to it, by the real HTTP surface: a Slack that checks payloads, real SMTP and
/// IMAP servers, a webhook's receiver and the inbox.
/// </summary>
[Collection(HilApi.Name)]
public sealed class LifeOfQuestionsTests(HilApi api)
{
    public static TheoryData<string, string> Kinds
    {
        get
        {
            var kinds = new TheoryData<string, string>();
            foreach (var type in new[] { "approval", "input", "selection", "review" })
            {
                foreach (var channel in Channels.All)
                {
                    kinds.Add(type, channel);
                }
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task Answered_twice_late_not_at_all_cancelled_passed_on_and_handed_over(string type, string channel) => Task.WhenAll(
        AnswerAndDuplicateAsync(type, channel), TimeoutAndLateAsync(type, channel), CancelAsync(type, channel), EscalateAsync(type, channel), DelegateAsync(type, channel));

    private async Task AnswerAndDuplicateAsync(string type, string channel)
    {
        var (asked, recipient, user) = await AskAsync(type, channel);

        Assert.Equal("", await api.AnswerAsync(asked, channel, type, recipient, user));

        var told = await api.ToldAsync(asked.Id);
        Assert.Equal(("confirmed", channel), ((string)told["outcome"]!, (string)told["answer"]!["channel_type"]!));
        await api.SentAsync(asked, type is "approval" or "review" ? "approved" : "completed");
        var again = await api.AnswerAsync(asked, channel, type, recipient, user);
        Assert.True(again.Length == 0 || again.Contains("has been answered", StringComparison.Ordinal), again);
        Assert.Single(api.Engine.Told[asked.Id.ToString("D")]);
        Assert.Equal("responded", await StatusAsync(asked));
    }

    private async Task TimeoutAndLateAsync(string type, string channel)
    {
        var (asked, recipient, user) = await AskAsync(type, channel, timeoutAction: "continue");

        await api.ExecuteAsync("UPDATE human_interactions SET timeout_at = clock_timestamp() WHERE id = $1", asked.Id);
        var told = await api.ToldAsync(asked.Id);
        var late = await api.AnswerAsync(asked, channel, type, recipient, user);

        Assert.Equal(("timeout", "timeout"), ((string)told["outcome"]!, (string)told["answer"]!["status"]!));
        Assert.Contains("was up at", late, StringComparison.Ordinal);
        await api.SentAsync(asked, "timeout");
        Assert.Equal("timeout", await StatusAsync(asked));
        Assert.Single(api.Engine.Told[asked.Id.ToString("D")]);
    }

    private async Task CancelAsync(string type, string channel)
    {
        var (asked, recipient, user) = await AskAsync(type, channel);

        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync(user, $"/api/v1/app/interactions/{asked.Id}/cancel", new JsonObject { ["reason"] = "not needed" })).Status);

        Assert.Equal("interaction_cancelled", (string)(await api.ToldAsync(asked.Id))["error_code"]!);
        await api.SentAsync(asked, "cancelled");
        Assert.Contains("cancelled", await api.AnswerAsync(asked, channel, type, recipient, user), StringComparison.Ordinal);
        Assert.Single(api.Engine.Told[asked.Id.ToString("D")]);
    }

    private async Task EscalateAsync(string type, string channel)
    {
        var boss = await api.NewUserAsync();
        var to = channel switch
        {
            "slack" => "U" + Convert.ToHexString(Guid.NewGuid().ToByteArray())[..10],
            "email" => $"{Guid.NewGuid():N}@boss.example",
            _ => $"{boss}",
        };
        var request = JsonNode.Parse(Ways.Request)!.AsObject();
        request["approvers"] = new JsonArray("nobody@example.org");
        request["escalation"] = new JsonObject { ["to"] = new JsonArray(to), ["then"] = "continue", ["until"] = DateTime.UtcNow.AddHours(1).ToString("O") };
        var (asked, recipient, user) = await AskAsync(type, channel, request.ToJsonString(), "escalate");
        Assert.NotEqual("", await api.AnswerAsync(asked, channel, type, recipient, user));

        await api.ExecuteAsync("UPDATE human_interactions SET timeout_at = clock_timestamp() WHERE id = $1", asked.Id);
        await api.SentAsync(asked, "escalated");

        Assert.Equal("pending", await StatusAsync(asked));
        Assert.Equal("", await api.AnswerAsync(asked, channel is "slack" or "email" ? channel : "in_app", type, to, boss));
        Assert.Equal("confirmed", (string)(await api.ToldAsync(asked.Id))["outcome"]!);
    }

    private async Task DelegateAsync(string type, string channel)
    {
        var colleague = await api.NewUserAsync();
        var request = JsonNode.Parse(Ways.Request)!.AsObject();
        request["approvers"] = new JsonArray("nobody@example.org");
        var (asked, recipient, user) = await AskAsync(type, channel, request.ToJsonString());

        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync(colleague, $"/api/v1/app/interactions/{asked.Id}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync(user, $"/api/v1/app/interactions/{asked.Id}/delegate", new JsonObject { ["user_id"] = $"{colleague}" })).Status);

        Assert.NotEqual("", await api.AnswerAsync(asked, channel, type, recipient, user));
        Assert.Equal("", await Ways.ByInboxAsync(api, asked, type, colleague));
        Assert.Equal($"{colleague}", (string)(await api.ToldAsync(asked.Id))["answer"]!["responder"]!["user_id"]!);
    }

    private async Task<(Asked Asked, string Recipient, Guid User)> AskAsync(string type, string channel, string request = Ways.Request, string timeoutAction = "fail")
    {
        var user = await api.NewUserAsync();
        var (asked, recipient) = await api.AskByAsync(channel, user, type, request, timeoutAction: timeoutAction);
        await api.SentAsync(asked, "request");
        return (asked, recipient, user);
    }

    private Task<string?> StatusAsync(Asked asked) => api.ScalarAsync<string>("SELECT status FROM human_interactions WHERE id = $1", asked.Id);
}
