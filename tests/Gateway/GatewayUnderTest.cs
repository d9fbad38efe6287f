using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AiTeams.Gateway.Tests.Fakes;
using AiTeams.Testing;

namespace AiTeams.Gateway.Tests;

/// <summary>A gateway with its own accounts, limits that nobody runs into, and a fake of each service behind it.</summary>
public sealed class GatewayUnderTest : IAsyncLifetime
{
    private readonly TestEnvironment _environment = new();
    private readonly Dictionary<string, FakeService> _services = [];

    internal static ServiceOptions Roomy { get; } = new()
    {
        Needs = [Server.Postgres, Server.Redis],
        Settings = new Dictionary<string, string>
        {
            ["Limits:Auth:Requests"] = "0",
            ["Limits:Public:Requests"] = "100000",
            // The real figure takes a tenth of a second; the least that is allowed is enough to see that it works.
            ["Accounts:PasswordIterations"] = "100000",
        },
    };

    public TestEnvironment Environment => _environment;

    public ServiceHost<Program> Host { get; private set; } = null!;

    internal FakeService this[string service] => _services[service];

    public async Task InitializeAsync()
    {
        var settings = await _environment.SettingsForAsync<Program>(Roomy);
        foreach (var service in new[] { "workflow-engine", "scheduler", "human-in-the-loop", "memory", "integrations" })
        {
            _services[service] = await FakeService.StartAsync(service, settings[$"services:{service}:http:0"]);
        }

        Host = await _environment.HostAsync<Program>(Roomy);
    }

    public async Task DisposeAsync()
    {
        await _environment.DisposeAsync();
        foreach (var service in _services.Values)
        {
            await service.DisposeAsync();
        }
    }

    public HttpClient Client() => Host.Client();

    internal async Task<Session> SignUpAsync(string? email = null, string password = "correct horse battery") =>
        await Session.OpenAsync(Client(), "signup", email ?? NewEmail(), password);

    internal static string NewEmail() => $"{Guid.NewGuid():N}@example.com";
}

/// <summary>Somebody signed in, as the answer of sign-up or sign-in tells it.</summary>
internal sealed record Session(HttpClient Client, string Email, string Password, JsonObject Body)
{
    public string AccessToken => (string)Body["access_token"]!;

    public string RefreshToken => (string)Body["refresh_token"]!;

    public Guid UserId => Guid.Parse((string)Body["user"]!["id"]!);

    public static async Task<Session> OpenAsync(HttpClient client, string path, string email, string password)
    {
        var answer = await client.PostAsJsonAsync($"/auth/v1/{path}", new { email, password });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return new(client, email, password, (await answer.Content.ReadFromJsonAsync<JsonObject>())!);
    }

    public Task<Session> AgainAsync() => OpenAsync(Client, "token?grant_type=password", Email, Password);

    public Task<HttpResponseMessage> RefreshAsync() => RefreshAsync(RefreshToken);

    public Task<HttpResponseMessage> RefreshAsync(string token) =>
        Client.PostAsJsonAsync("/auth/v1/token?grant_type=refresh_token", new { refresh_token = token });

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
        return Client.SendAsync(request);
    }
}

internal static class AnswerChecks
{
    public static async Task<JsonObject> JsonAsync(this HttpResponseMessage answer) =>
        (JsonObject)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    /// <summary>The answer is a problem document with this status and code.</summary>
    public static async Task<JsonObject> AssertProblemAsync(this HttpResponseMessage answer, int status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == (int)answer.StatusCode, $"{(int)answer.StatusCode} {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var body = (JsonObject)JsonNode.Parse(text)!;
        Assert.Equal(code, (string?)body["code"]);
        Assert.Equal(status, (int)body["status"]!);
        Assert.Equal($"https://aiteams.dev/problems/{code}", (string?)body["type"]);
        Assert.Equal(answer.Headers.GetValues("X-Trace-ID").Single(), (string?)body["trace_id"]);
        return body;
    }
}

[CollectionDefinition(Name)]
public sealed class OneGateway : ICollectionFixture<GatewayUnderTest>
{
    public const string Name = "one gateway";
}
