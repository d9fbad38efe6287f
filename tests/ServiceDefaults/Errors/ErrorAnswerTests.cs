using System.Net;
using System.Net.Sockets;
using System.Text;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Npgsql;

namespace AiTeams.ServiceDefaults.Tests.Errors;

public sealed class ErrorAnswerTests : IAsyncLifetime
{
    private const int MaxBody = 2000;

    private ServiceUnderTest _service = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _service = await ServiceUnderTest.StartAsync(
            builder =>
            {
                builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = MaxBody);
                builder.AddPostgres();
            },
            app =>
            {
                app.MapPost("/things", (Thing thing) => thing);
                app.MapPost("/trees", async (HttpRequest request, CancellationToken ct) => await JsonBody.ReadAsync(request, ct));
                app.MapGet("/numbers", (int number) => number);
                app.MapGet("/mine", (Caller caller) => caller.UserId).RequireAuthorization("user");
                app.MapGet("/internal", () => "ok").RequireAuthorization("service");
                app.MapGet("/absent", string () => throw Problems.NotFound("workflow"));
                app.MapGet("/boom", string () => throw new InvalidOperationException("the secret plan"));
                app.MapGet("/limited", string () => throw Problems.RateLimited(TimeSpan.FromSeconds(7.2)));
                app.MapGet("/rows", async (NpgsqlDataSource source, CancellationToken ct) => await source.CreateCommand("SELECT 1").ExecuteScalarAsync(ct));
            },
            new() { ["ConnectionStrings:aiteams"] = $"Host=127.0.0.1;Port={FreePorts.Take()};Username=nobody;Password=none;Database=none" });
        _client = _service.Client();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_token_it_is_401_and_says_how_to_identify()
    {
        using var answer = await _client.GetAsync("/mine");

        await answer.ProblemAsync(401, "unauthorized");
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task A_token_of_another_role_is_403()
    {
        var token = TestIdentity.Sign(new() { ["sub"] = Guid.NewGuid().ToString(), ["role"] = "anon", ["aud"] = "authenticated" }, TimeSpan.FromMinutes(1));
        using var client = _service.Client(token);

        using var answer = await client.GetAsync("/mine");

        await answer.ProblemAsync(403, "forbidden");
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404, "not_found")]
    [InlineData("GET", "/absent", 404, "not_found")]
    [InlineData("DELETE", "/things", 405, "method_not_allowed")]
    [InlineData("GET", "/numbers?number=seven", 400, "bad_request")]
    [InlineData("GET", "/numbers", 400, "bad_request")]
    public async Task What_routing_and_binding_refuse_is_a_problem(string method, string path, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await _client.SendAsync(request);

        await answer.ProblemAsync(status, code);
    }

    [Theory]
    [InlineData("/things")]
    [InlineData("/trees")]
    public async Task Another_media_type_is_415(string path)
    {
        using var answer = await _client.PostAsync(path, new StringContent("name=x", Encoding.UTF8, "application/x-www-form-urlencoded"));

        await answer.ProblemAsync(415, "unsupported_media_type");
    }

    [Theory]
    [InlineData("/things")]
    [InlineData("/trees")]
    public async Task A_body_over_the_limit_is_413(string path)
    {
        using var answer = await PostAsync(path, $$"""{"name": "{{new string('x', MaxBody)}}"}""");

        await answer.ProblemAsync(413, "body_too_large");
    }

    [Theory]
    [InlineData("{\"name\": \"x\",\n  \"size\": }", "line 2")]
    [InlineData("{\"name\": \"x\"", "line 1")]
    [InlineData("not json", "line 1")]
    [InlineData("{\"name\": \"x\", /* why */ \"size\": 1}", "line 1")]
    [InlineData("{\"name\": \"x\",}", "line 1")]
    public async Task Text_that_is_not_JSON_is_422_and_says_where(string body, string where)
    {
        foreach (var path in (string[])["/things", "/trees"])
        {
            using var answer = await PostAsync(path, body);

            var problem = await answer.ProblemAsync(422, "malformed_json");
            Assert.Contains(where, (string)problem["detail"]!, StringComparison.Ordinal);
            Assert.Equal("", (string?)problem["errors"]![0]!["pointer"]);
        }
    }

    [Theory]
    [InlineData("/things")]
    [InlineData("/trees")]
    public async Task A_name_given_twice_is_422(string path)
    {
        using var answer = await PostAsync(path, """{"name": "x", "name": "y"}""");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/things")]
    [InlineData("/trees")]
    public async Task A_body_nested_without_end_is_422(string path)
    {
        using var answer = await PostAsync(path, $"{string.Concat(Enumerable.Repeat("{\"part\":", 100))}1{new string('}', 100)}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }

    [Theory]
    [InlineData("""{"name": "x", "size": "seven"}""", "/size")]
    [InlineData("""{"name": "x", "parts": [{"name": "y", "size": true}]}""", "/parts/0/size")]
    [InlineData("""{"name": null}""", "/name")]
    public async Task A_value_of_another_type_is_422_with_its_pointer(string body, string pointer)
    {
        using var answer = await PostAsync("/things", body);

        var problem = await answer.ProblemAsync(422, "validation_failed");
        Assert.Equal(pointer, (string?)problem["errors"]![0]!["pointer"]);
    }

    [Fact]
    public async Task Good_JSON_goes_both_ways_in_snake_case()
    {
        using var answer = await PostAsync("/things", """{"name": "x", "size": 2, "is_small": true}""");

        Assert.True((bool)(await answer.JsonAsync())["is_small"]!);
    }

    [Fact]
    public async Task A_fault_of_ours_is_500_and_tells_nothing()
    {
        using var answer = await _client.GetAsync("/boom");

        var problem = await answer.ProblemAsync(500, "internal_error");
        Assert.DoesNotContain("secret", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_database_it_is_503_and_says_when_to_come_back()
    {
        using var answer = await _client.GetAsync("/rows");

        await answer.ProblemAsync(503, "database_unavailable");
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Retry_after_is_rounded_up_to_seconds()
    {
        using var answer = await _client.GetAsync("/limited");

        await answer.ProblemAsync(429, "rate_limited");
        Assert.Equal(TimeSpan.FromSeconds(8), answer.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task The_trace_id_is_that_of_the_callers_trace()
    {
        // A client of its own: HttpClient replaces the header where a listener made a span for the call.
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", _service.HttpAddress.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            "GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n"));
        using var reader = new StreamReader(socket.GetStream());

        Assert.Contains("0af7651916cd43dd8448eb211c80319c", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string body) =>
        await _client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));

    private sealed record Thing(string Name, int Size, bool IsSmall, Thing[]? Parts);
}
