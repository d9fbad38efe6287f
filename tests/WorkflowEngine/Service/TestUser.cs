using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests;

/// <summary>A signed-in user and what users of the API do.</summary>
public sealed record TestUser(Guid Id, HttpClient Http)
{
    public const string Workflows = "/api/v1/app/workflows";
    public const string Executions = "/api/v1/app/executions";

    public async Task<Answer> SendAsync(HttpMethod method, string path, JsonNode? body = null, params (string Name, string Value)[] headers)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        return await SendAsync(method, path, content, headers);
    }

    public Task<Answer> SendTextAsync(HttpMethod method, string path, string body, string mediaType = "application/json") =>
        SendAsync(method, path, new StringContent(body, Encoding.UTF8, mediaType), []);

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, body: null, headers);

    public Task<Answer> CreateAsync(JsonNode document, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, Workflows, document, headers);

    public Task<Answer> PutAsync(string id, JsonNode document, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, $"{Workflows}/{id}", document, headers);

    /// <summary>A stored workflow's id.</summary>
    public async Task<string> CreatedAsync(JsonNode document) => (string)(await CreateAsync(document)).Expect(HttpStatusCode.Created).Json["id"]!;

    private async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }
        using var response = await Http.SendAsync(request);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers.ContentType?.MediaType);
    }
}

public sealed record Answer(HttpStatusCode Status, string Text, System.Net.Http.Headers.HttpResponseHeaders Headers, string? MediaType)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    public string Tag => Headers.ETag!.ToString();

    /// <summary>The problems of a refusal as "code pointer", in order.</summary>
    public string[] Problems => [.. Json["errors"]!.AsArray().Select(problem => $"{(string)problem!["code"]!} {(string)problem["pointer"]!}".TrimEnd())];

    public Answer Expect(HttpStatusCode status)
    {
        Assert.True(Status == status, $"{(int)Status} instead of {(int)status}: {Text}");
        return this;
    }

    public Answer ExpectProblem(HttpStatusCode status, string code)
    {
        Expect(status);
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal(code, (string)Json["code"]!);
        return this;
    }
}
