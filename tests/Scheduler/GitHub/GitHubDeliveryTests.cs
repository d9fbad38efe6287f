using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using static AiTeams.Scheduler.Tests.SchedulerApi;

namespace AiTeams.Scheduler.Tests.GitHub;

[Collection(SchedulerApi.Name)]
public sealed class GitHubDeliveryTests(SchedulerApi api)
{
    [Fact]
    public async Task A_signed_delivery_fires_once_however_often_it_comes()
    {
        var (workflow, repository) = await DeployAsync("s3cret");
        var payload = Push(repository, "main");
        var delivery = Guid.NewGuid().ToString();

        var first = await SendAsync("s3cret", payload, delivery);
        var second = await SendAsync("s3cret", payload, delivery);
        var caught = await SendAsync("s3cret", payload, Guid.NewGuid().ToString());
        var another = await SendAsync("s3cret", Push(repository, "next"), Guid.NewGuid().ToString(), asForm: true);

        Assert.All([first, second, caught, another], answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        var starts = Starts(workflow);
        Assert.Equal([1, 3], starts.Select(start => start.Times).Order());
        var data = JsonNode.Parse(starts.Single(start => start.Times == 3).Request.Data.ToStringUtf8())!;
        Assert.Equal($"push main octocat {delivery}", $"{data["event_type"]} {data["branch"]} {data["sender"]!["login"]} {data["delivery_id"]}");
        Assert.Equal("refs/heads/main", (string)data["github_payload"]!["ref"]!);
    }

    [Fact]
    public async Task Of_two_users_who_listen_to_one_repository_only_the_one_whose_secret_signed_hears_of_it()
    {
        var (workflow, repository) = await DeployAsync("one");
        var (other, _) = await DeployAsync("other", repository);

        var (_, body) = await SendAsync("one", Push(repository, "main"));

        Assert.Equal("1 0", $"{body["fired"]} {body["queued"]}");
        Assert.Single(Starts(workflow));
        Assert.Empty(Starts(other));
    }

    [Theory]
    [InlineData("wrong", null, HttpStatusCode.Unauthorized)]
    [InlineData("s3cret", "sha256=", HttpStatusCode.Unauthorized)]
    [InlineData("s3cret", "", HttpStatusCode.Unauthorized)]
    public async Task What_is_not_signed_by_a_listener_fires_nothing(string secret, string? signature, HttpStatusCode expected)
    {
        var (workflow, repository) = await DeployAsync("s3cret");

        var (status, _) = await SendAsync(secret, Push(repository, "main"), signature: signature);
        var (unknown, _) = await SendAsync("s3cret", Push($"nobody/{Guid.NewGuid():N}", "main"));

        Assert.Equal((expected, expected), (status, unknown));
        Assert.Empty(Starts(workflow));
    }

    [Fact]
    public async Task A_ping_is_answered_and_fires_nothing()
    {
        var (workflow, repository) = await DeployAsync("s3cret");
        var payload = new JsonObject { ["zen"] = "Keep it logically awesome.", ["repository"] = new JsonObject { ["full_name"] = repository } };

        var (status, body) = await SendAsync("s3cret", payload, name: "ping");

        Assert.Equal((HttpStatusCode.OK, 0), (status, (int)body["fired"]!));
        Assert.Empty(Starts(workflow));
    }

    [Theory]
    [InlineData("""{"repository":"octo"}""", "invalid_repository repository")]
    [InlineData("""{"repository":"octo/.."}""", "invalid_repository repository")]
    [InlineData("""{"repository":"octo/site\n"}""", "invalid_repository repository")]
    [InlineData("""{"webhook_secret":""}""", "missing_secret webhook_secret")]
    [InlineData("""{"events":["deploy"]}""", "invalid_value events")]
    [InlineData("""{"events":[]}""", "invalid_value events")]
    [InlineData("""{"author_filter":"(?=a)"}""", "invalid_value author_filter")]
    [InlineData("""{"filter_conditions":{"draft_handling":" 1"}}""", "invalid_value filter_conditions")]
    [InlineData("""{"webhook_secret":"{{ $json.secret }}"}""", "placeholder_left webhook_secret")]
    [InlineData("""{"filter_conditions":{"path":[]}}""", "invalid_value filter_conditions")]
    [InlineData("""{"filter_conditions":{"push":{"paths":"a"}}}""", "invalid_value filter_conditions")]
    public async Task A_trigger_that_could_not_be_trusted_or_would_never_fire_is_not_deployed(string change, string expected)
    {
        var configuration = new JsonObject { ["repository"] = "octo/site", ["webhook_secret"] = "s" };
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject())
        {
            configuration[name] = value?.DeepClone();
        }

        var user = await api.NewUserAsync();
        var workflow = await api.NewWorkflowAsync(user, [Trigger("hook", "GITHUB", configuration)]);

        var (status, problem) = await api.PostAsync(user, $"/api/v1/app/workflows/{workflow}/deploy");

        var found = Assert.Single(problem["errors"]!.AsArray())!;
        Assert.Equal((HttpStatusCode.UnprocessableEntity, expected), (status, $"{found["code"]} {((string)found["pointer"]!).Split('/')[^1]}"));
    }

    [Theory]
    [InlineData("application/json", "{", HttpStatusCode.UnprocessableEntity)]
    [InlineData("application/json", "[]", HttpStatusCode.UnprocessableEntity)]
    [InlineData("application/json", "{}", HttpStatusCode.UnprocessableEntity)]
    [InlineData("text/plain", "{}", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-www-form-urlencoded", "payload=%7B", HttpStatusCode.UnprocessableEntity)]
    public async Task A_body_that_is_none_is_refused(string type, string body, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.Add("X-GitHub-Event", "push");
        request.Headers.Add("X-GitHub-Delivery", "1");

        using var answer = await api.Host.Client().SendAsync(request);

        Assert.Equal(expected, answer.StatusCode);
    }

    private const string Path = "/api/v1/public/webhooks/github";

    private async Task<(Guid Workflow, string Repository)> DeployAsync(string secret, string? repository = null)
    {
        repository ??= $"Octo/Site-{Guid.NewGuid():N}";
        var user = await api.NewUserAsync();
        var workflow = await api.NewWorkflowAsync(user, [Trigger("hook", "GITHUB", new JsonObject { ["repository"] = repository, ["webhook_secret"] = secret })]);
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync(user, $"/api/v1/app/workflows/{workflow}/deploy")).Status);
        return (workflow, repository);
    }

    private static JsonObject Push(string repository, string branch) => new()
    {
        ["ref"] = $"refs/heads/{branch}",
        ["after"] = "6113728f27ae82c7b1a177c8d03f9e96e0adf246",
        ["repository"] = new JsonObject { ["full_name"] = repository },
        ["sender"] = new JsonObject { ["login"] = "octocat", ["type"] = "User" },
    };

    private List<(Contracts.WorkflowEngine.V1.StartExecutionRequest Request, int Times)> Starts(Guid workflow) =>
        [.. api.Engine.Started.Values.Where(start => start.Request.WorkflowId == $"{workflow}")];

    private async Task<(HttpStatusCode Status, JsonObject Body)> SendAsync(
        string secret, JsonObject payload, string? delivery = null, string name = "push", string? signature = null, bool asForm = false)
    {
        var text = asForm ? $"payload={Uri.EscapeDataString(payload.ToJsonString())}" : payload.ToJsonString();
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(text, Encoding.UTF8, asForm ? "application/x-www-form-urlencoded" : "application/json") };
        request.Headers.Add("X-GitHub-Event", name);
        request.Headers.Add("X-GitHub-Delivery", delivery ?? Guid.NewGuid().ToString());
        request.Headers.TryAddWithoutValidation(
            "X-Hub-Signature-256", signature ?? "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text))));
        using var answer = await api.Host.Client().SendAsync(request);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }
}
