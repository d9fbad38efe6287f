using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.Testing;
using Grpc.Core;
using static AiTeams.Scheduler.Tests.SchedulerApi;

namespace AiTeams.Scheduler.Tests.Webhooks;

/// <summary>Calls over real HTTP; what the engine was asked is what the workflow would see.</summary>
[Collection(SchedulerApi.Name)]
public sealed class ReceiveWebhookTests(SchedulerApi api)
{
    [Fact]
    public async Task A_call_starts_the_deployed_version_and_is_answered_at_once()
    {
        var path = await DeployAsync("""{"allowed_methods": ["POST"]}""");

        using var answer = await SendAsync(HttpMethod.Post, $"{path}?a=1&b=x%20y&a=2", Json("""{"order": 17, "price": 12345678901234567890.5}"""), request =>
        {
            request.Headers.Add("X-Shop", ["one", "two"]);
            request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        });

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var body = await ReadAsync(answer);
        var request = StartOf(body);
        Assert.Equal(("RUNNING", $"/api/v1/app/executions/{body["execution_id"]}"), ((string)body["status"]!, answer.Headers.Location?.ToString()));
        Assert.Equal((ExecutionMode.Webhook, "hook", 1, 0), (request.Mode, request.TriggerNodeId, request.Version, request.WaitSeconds));
        var data = request.Data.ToStringUtf8();
        Assert.Contains("12345678901234567890.5", data, StringComparison.Ordinal);
        var seen = JsonNode.Parse(data)!;
        Assert.Equal(17, (int)seen["body"]!["order"]!);
        Assert.Equal("""{"order": 17, "price": 12345678901234567890.5}""", (string)seen["raw_body"]!);
        Assert.Equal("""{"a":["1","2"],"b":"x y"}""", seen["query_params"]!.ToJsonString());
        Assert.Equal(("POST", "203.0.113.9", "one, two", path[Address.Length..]), ((string)seen["method"]!, (string)seen["client_ip"]!, Header(seen, "x-shop"), (string)seen["path"]!));
        Assert.Equal(DateTimeOffset.UtcNow.Year, DateTimeOffset.Parse((string)seen["timestamp"]!, null).Year);
    }

    [Fact]
    public async Task The_same_delivery_starts_once_and_gets_the_same_answer()
    {
        var path = await DeployAsync("{}");
        foreach (var header in (string[])["webhook-id", "Idempotency-Key"])
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
            {
                using var answer = await SendAsync(HttpMethod.Post, path, null, request => request.Headers.Add(header, $"one {header}"));
                return await ReadAsync(answer);
            }));

            Assert.Single(answers.Select(answer => (string)answer["execution_id"]!).Distinct());
            Assert.Equal(5, api.Engine.Started.Values.Single(start => start.Request == StartOf(answers[0])).Times);
        }

        using var first = await SendAsync(HttpMethod.Post, path, null);
        using var second = await SendAsync(HttpMethod.Post, path, null);
        Assert.NotEqual((string)(await ReadAsync(first))["execution_id"]!, (string)(await ReadAsync(second))["execution_id"]!);
    }

    [Fact]
    public async Task However_a_path_is_written_it_is_found_and_none_that_is_not_deployed()
    {
        var name = $"Orders-{Guid.NewGuid():N}";
        var path = await DeployAsync($$"""{"webhook_path": "/{{name}}/New"}""");
        Assert.Equal($"{Address}/{name}/New".ToLowerInvariant(), path.ToLowerInvariant());

        foreach (var spelling in (string[])[$"{Address}/{name}/New", $"{Address}/{name.ToUpperInvariant()}/new/", $"{Address}/x/../{name}/n%65w", $"/API/v1/Public/webhook/{name}/new"])
        {
            using var answer = await SendAsync(HttpMethod.Post, spelling, null);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }

        foreach (var wrong in (string[])[$"{Address}/{name}", $"{Address}/{name}%2Fnew", $"{Address}/{name}//new", $"{Address}/{name}/new/more", Address, $"{Address}/", $"{Address}/%00", $"{Address}/{new string('a', 3000)}"])
        {
            using var answer = await SendAsync(HttpMethod.Post, wrong, null);
            Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.NotFound, HttpStatusCode.BadRequest]);
        }
    }

    [Fact]
    public async Task Whoever_holds_a_path_keeps_it_until_he_is_undeployed()
    {
        var configuration = $$"""{"webhook_path": "/shop-{{Guid.NewGuid():N}}"}""";
        var (user, workflow) = await WorkflowAsync(configuration);
        var (other, theirs) = await WorkflowAsync(configuration.ToUpperInvariant().Replace("WEBHOOK_PATH", "webhook_path", StringComparison.Ordinal));
        var (_, deployed) = await api.PostAsync(user, $"/api/v1/app/workflows/{workflow}/deploy");
        var path = (string)deployed["triggers"]![0]!["webhook_url"]!;

        var (status, problem) = await api.PostAsync(other, $"/api/v1/app/workflows/{theirs}/deploy");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "webhook_path_taken"), (status, (string)problem["errors"]![0]!["code"]!));

        await api.PostAsync(user, $"/api/v1/app/workflows/{workflow}/undeploy");
        using (var gone = await SendAsync(HttpMethod.Post, path, null))
        {
            Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        }

        (status, _) = await api.PostAsync(other, $"/api/v1/app/workflows/{theirs}/deploy");
        Assert.Equal(HttpStatusCode.OK, status);
        using var answer = await SendAsync(HttpMethod.Post, path, null);
        Assert.Equal(theirs.ToString(), StartOf(await ReadAsync(answer)).WorkflowId);
    }

    [Fact]
    public async Task Other_methods_are_told_which_are_allowed_and_nobody_fires_by_looking()
    {
        var path = await DeployAsync("""{"allowed_methods": ["PUT", "GET"], "authentication": "header_token", "auth_token": "s3cret"}""");
        var before = api.Engine.Started.Count;

        using var refused = await SendAsync(HttpMethod.Post, path, null);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "PUT, GET, HEAD, OPTIONS"), (refused.StatusCode, string.Join(", ", refused.Content.Headers.Allow)));
        foreach (var method in (HttpMethod[])[HttpMethod.Head, HttpMethod.Options])
        {
            using var looked = await SendAsync(method, path, null);
            Assert.Equal((HttpStatusCode.NoContent, "PUT, GET, HEAD, OPTIONS"), (looked.StatusCode, string.Join(", ", looked.Content.Headers.Allow)));
            using var nowhere = await SendAsync(method, path + "x", null);
            Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
        }

        using var odd = await SendAsync(new HttpMethod("PROPFIND"), path, null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, odd.StatusCode);
        Assert.Equal(before, api.Engine.Started.Count);
    }

    [Fact]
    public async Task A_caller_who_cannot_prove_himself_learns_nothing_and_starts_nothing()
    {
        var header = await DeployAsync("""{"authentication": "header_token", "auth_token": "s3cret"}""");
        var query = await DeployAsync("""{"authentication": "query_param", "auth_token": "s3cret", "token_name": "key", "allowed_methods": ["GET"]}""");
        var signed = await DeployAsync("""{"authentication": "signature", "auth_token": "s3cret"}""");
        var before = api.Engine.Started.Count;

        (HttpMethod Method, string Path, string? Header)[] attempts =
        [
            (HttpMethod.Post, header, null), (HttpMethod.Post, header, "X-Webhook-Token: wrong"), (HttpMethod.Post, $"{header}?token=s3cret", null),
            (HttpMethod.Get, query, null), (HttpMethod.Get, $"{query}?key=wrong", null), (HttpMethod.Get, $"{query}?key=s3cret&key=s3cret", null),
            (HttpMethod.Post, signed, null), (HttpMethod.Post, signed, "X-Signature: sha256=00"), (HttpMethod.Post, signed, "X-Webhook-Token: s3cret"),
        ];
        var bodies = new HashSet<string>();
        foreach (var attempt in attempts)
        {
            using var answer = await SendAsync(attempt.Method, attempt.Path, attempt.Method == HttpMethod.Post ? Json("{not json") : null, request => Add(request, attempt.Header));
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            var problem = await ReadAsync(answer);
            bodies.Add($"{problem["code"]} {problem["detail"]}");
        }

        Assert.Single(bodies);
        Assert.Equal(before, api.Engine.Started.Count);
    }

    [Fact]
    public async Task What_proves_the_caller_is_not_handed_on()
    {
        var header = await DeployAsync("""{"authentication": "header_token", "auth_token": "s3cret", "token_name": "X-My-Key"}""");
        var query = await DeployAsync("""{"authentication": "query_param", "auth_token": "s3cret"}""");
        var signed = await DeployAsync("""{"authentication": "signature", "auth_token": "s3cret", "signature_header": "X-Sig"}""");
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData("s3cret"u8, "{}"u8));

        foreach (var (path, proof) in ((string, string)[])[(header, "X-My-Key: s3cret"), ($"{query}?token=s3cret&b=1", "X-Other: 1"), (signed, $"X-Sig: sha256={signature}")])
        {
            using var answer = await SendAsync(HttpMethod.Post, path, Json("{}"), request =>
            {
                Add(request, proof);
                Add(request, "Authorization: Basic czNjcmV0");
                Add(request, "Cookie: session=s3cret");
                Add(request, "X-Api-Key: s3cret");
            });
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            var data = StartOf(await ReadAsync(answer)).Data.ToStringUtf8();
            Assert.DoesNotContain("s3cret", data, StringComparison.Ordinal);
            Assert.DoesNotContain("czNjcmV0", data, StringComparison.Ordinal);
            Assert.DoesNotContain(signature, data, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_an_engine_it_is_taken_all_the_same()
    {
        var path = await DeployAsync("""{"response_mode": "last_node"}""");
        api.Engine.Refuse = _ => new RpcException(new Status(StatusCode.Unavailable, "away"));

        using var answer = await SendAsync(HttpMethod.Post, path, Json("""{"é<&'": "\u0001"}"""), request => request.Headers.Add("webhook-id", "kept"));
        api.Engine.Refuse = null;

        var body = await ReadAsync(answer);
        Assert.Equal((HttpStatusCode.Accepted, null, "QUEUED", "kept"), (answer.StatusCode, (string?)body["execution_id"], (string)body["status"]!, (string)body["delivery_id"]!));
        await Eventually.AssertAsync(
            () => api.Engine.Started.Values.Any(start => start.Request.Data.ToStringUtf8().Contains("\"é<&'\"", StringComparison.Ordinal)), TimeSpan.FromSeconds(30), "it is started later");
    }

    [Fact]
    public async Task A_workflow_that_is_gone_is_not_found()
    {
        var path = await DeployAsync("{}");
        api.Engine.Refuse = _ => new RpcException(new Status(StatusCode.NotFound, "gone"));

        using var answer = await SendAsync(HttpMethod.Post, path, null);
        api.Engine.Refuse = null;

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private const string Address = "/api/v1/public/webhook";

    private async Task<(Guid User, Guid Workflow)> WorkflowAsync(string configuration)
    {
        var user = await api.NewUserAsync();
        return (user, await api.NewWorkflowAsync(user, [Trigger("hook", "WEBHOOK", JsonNode.Parse(configuration)!.AsObject())]));
    }

    private Task<string> DeployAsync(string configuration) => api.DeployWebhookAsync(configuration);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        change?.Invoke(request);
        return await api.Host.Client().SendAsync(request);
    }

    private StartExecutionRequest StartOf(JsonNode answer) =>
        api.Engine.Started.Values.Single(start => $"exec_{start.Request.IdempotencyKey[^12..]}" == (string)answer["execution_id"]!).Request;

    private static StringContent Json(string text) => new(text, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    private static void Add(HttpRequestMessage request, string? header)
    {
        if (header?.Split(": ", 2) is [var name, var value])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static string Header(JsonNode seen, string name) => (string)seen["headers"]![name]!;

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
}
