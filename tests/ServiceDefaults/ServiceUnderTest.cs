using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Grpc;
using AiTeams.Testing;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AiTeams.ServiceDefaults.Tests;

/// <summary>A service made of the defaults and of what a test adds, on real ports.</summary>
internal sealed class ServiceUnderTest : IAsyncDisposable
{
    private ServiceUnderTest(WebApplication app) => App = app;

    public WebApplication App { get; }

    public Uri HttpAddress => new(App.Urls.First());

    public string GrpcAddress => App.Services.GetRequiredService<GrpcEndpoint>().Address!;

    public static async Task<ServiceUnderTest> StartAsync(
        Action<WebApplicationBuilder>? add = null,
        Action<WebApplication>? map = null,
        Dictionary<string, string>? settings = null,
        string name = "tested")
    {
        var all = new Dictionary<string, string>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["GRPC_PORT"] = "0",
            ["Logging:Console:LogLevel:Default"] = "None",
            ["Identity:JwtSecret"] = TestIdentity.JwtSecret,
            ["Identity:Issuer"] = TestIdentity.Issuer,
        };
        foreach (var (key, value) in settings ?? [])
        {
            all[key] = value;
        }

        var builder = WebApplication.CreateBuilder([.. all.Select(setting => $"--{setting.Key}={setting.Value}")]);
        builder.AddServiceDefaults(name);
        add?.Invoke(builder);
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapDefaultEndpoints();
        map?.Invoke(app);
        await app.StartAsync();
        return new ServiceUnderTest(app);
    }

    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient { BaseAddress = HttpAddress };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }

    public GrpcChannel Channel() => GrpcChannel.ForAddress(GrpcAddress);

    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
    }
}

internal static class AnswerExtensions
{
    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    /// <summary>The body, after checking everything that all problems have in common.</summary>
    public static async Task<JsonNode> ProblemAsync(this HttpResponseMessage answer, int status, string code)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.JsonAsync();
        Assert.Equal($"https://aiteams.dev/problems/{code}", (string?)problem["type"]);
        Assert.Equal(code, (string?)problem["code"]);
        Assert.Equal(status, (int?)problem["status"]);
        Assert.NotEmpty((string)problem["title"]!);
        Assert.Matches("^[0-9a-f]{32}$", (string)problem["trace_id"]!);
        Assert.StartsWith("/", (string)problem["instance"]!, StringComparison.Ordinal);
        Assert.NotNull(problem["errors"]);
        return problem;
    }
}
