using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AiTeams.Testing;
using MimeKit;

namespace AiTeams.HumanInTheLoop.Tests.World;

/// <summary>How people answer in each channel, and what they are told when it is not taken: empty when it is.</summary>
internal static partial class Ways
{
    /// <summary>What every type is asked with.</summary>
    public const string Request = """{"input_fields":[{"name":"n","label":"How many","field_type":"number","required":true}],"selection_options":["a","b"]}""";

    private static readonly Dictionary<string, (string Form, string Json, string Slack)> Said = new()
    {
        ["approval"] = ("choice=approve", """{"approved":true}""", "approve"),
        ["input"] = ("field.n=12&choice=send", """{"field_values":{"n":12}}""", "12"),
        ["selection"] = ("selected=b&choice=send", """{"selected_values":["b"]}""", "option:1"),
        ["review"] = ("choice=approve", """{"approved":true}""", "approve"),
    };

    /// <summary>Answers as the recipient of that channel's message would; of the inbox as <paramref name="user"/>.</summary>
    public static Task<string> AnswerAsync(this HilApi api, Asked asked, string channel, string type, string recipient, Guid user) => channel switch
    {
        "slack" => BySlackAsync(api, asked, type, recipient),
        "email" => ByPageAsync(api, LinkOf(MimeMessage.Load(new MemoryStream(api.Mail.Arrived(recipient)[0])).TextBody!), type),
        "webhook" => ByWebhookAsync(api, (string)api.Webhooks.Of(recipient)[0].Json["data"]!["answer_url"]!, type),
        _ => ByInboxAsync(api, asked, type, user),
    };

    public static async Task<string> ByInboxAsync(HilApi api, Asked asked, string type, Guid user)
    {
        var (status, json) = await api.RespondAsync(user, asked.Id, Said[type].Json);
        return status == HttpStatusCode.OK ? "" : (string)json["detail"]!;
    }

    private static async Task<string> BySlackAsync(HilApi api, Asked asked, string type, string recipient)
    {
        var post = api.Slack.In(recipient)[0];
        var user = recipient[0] == 'U' ? recipient : "U0000000001";
        if (type == "input")
        {
            var ts = SlackPerson.NewTs();
            Assert.Equal(HttpStatusCode.OK, await api.SayAsync(post.Channel, Said[type].Slack, post, user, ts));
            const string judged = "SELECT CASE status WHEN 'matched' THEN '' ELSE ai_reasoning END FROM hil_responses WHERE workflow_id = $1 AND external_id = $2 AND processed_at IS NOT NULL";
            string? word = null;
            await Eventually.AssertAsync(
                async () => (word = await api.ScalarAsync<string>(judged, asked.WorkflowId, $"{post.Channel}:{ts}")) is not null, TimeSpan.FromSeconds(30), "the reply is judged");
            return word!;
        }

        var response = $"{Guid.NewGuid():N}";
        Assert.Equal(HttpStatusCode.OK, await api.PressAsync(post, Said[type].Slack, user, response));
        return api.Slack.Responses.TryGetValue(response, out var told) ? (string)told["text"]! : "";
    }

    private static async Task<string> ByPageAsync(HilApi api, string link, string type)
    {
        using var browser = api.Host.Client();
        using var form = new StringContent(Said[type].Form, Encoding.UTF8, "application/x-www-form-urlencoded");
        using var answer = await browser.PostAsync(new Uri(link).PathAndQuery, form);
        return answer.StatusCode == HttpStatusCode.OK ? "" : WebUtility.HtmlDecode(Alert().Match(await answer.Content.ReadAsStringAsync()).Groups[1].Value);
    }

    private static async Task<string> ByWebhookAsync(HilApi api, string link, string type)
    {
        using var program = api.Host.Client();
        using var json = new StringContent($$"""{"response_data":{{Said[type].Json}}}""", Encoding.UTF8, "application/json");
        using var answer = await program.PostAsync(new Uri(link).PathAndQuery, json);
        return answer.StatusCode == HttpStatusCode.OK ? "" : (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]!;
    }

    private static string LinkOf(string text) => Link().Match(text).Value;

    [GeneratedRegex(@"https://teams\.example/[A-Za-z0-9/_\-]+")]
    private static partial Regex Link();

    [GeneratedRegex("role=\"alert\">([^<]*)<")]
    private static partial Regex Alert();
}
