using System.Net;
using AiTeams.Testing;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Definitions;

/// <summary>Who may do what: nobody without a token anything, nobody with another's id more than with an absent one.</summary>
[Collection(DefinitionApi.Name)]
public sealed class AccessTests(DefinitionApi api)
{
    /// <summary>Every endpoint; {id} is a workflow, {execution} an execution.</summary>
    public static TheoryData<string, string> Everything() => new()
    {
        { "POST", "/api/v1/app/workflows" },
        { "POST", "/api/v1/app/workflows/validate" },
        { "GET", "/api/v1/app/workflows" },
        { "GET", "/api/v1/app/workflows/{id}" },
        { "PUT", "/api/v1/app/workflows/{id}" },
        { "DELETE", "/api/v1/app/workflows/{id}" },
        { "GET", "/api/v1/app/workflows/{id}/versions" },
        { "GET", "/api/v1/app/workflows/{id}/versions/1" },
        { "GET", "/api/v1/app/workflows/{id}/versions/1/diff/1" },
        { "POST", "/api/v1/app/workflows/{id}/versions/1/restore" },
        { "GET", "/api/v1/app/node-types" },
        { "GET", "/api/v1/app/node-types/FLOW/IF" },
        { "GET", "/api/v1/app/executions" },
        { "GET", "/api/v1/app/executions/{execution}" },
        { "GET", "/api/v1/app/executions/{execution}/logs" },
        { "GET", "/api/v1/app/executions/{execution}/logs/business" },
        { "GET", "/api/v1/app/executions/{execution}/logs/technical" },
        { "GET", "/api/v1/app/executions/{execution}/logs/milestones" },
        { "GET", "/api/v1/app/executions/{execution}/logs/summary" },
    };

    public static TheoryData<string, string> EverythingWithAnId()
    {
        var endpoints = new TheoryData<string, string>();
        foreach (var endpoint in Everything())
        {
            if (endpoint is [string method, string path] && path.Contains('{', StringComparison.Ordinal))
            {
                endpoints.Add(method, path);
            }
        }
        return endpoints;
    }

    [Theory, MemberData(nameof(Everything))]
    public async Task Without_a_valid_token_everything_is_401(string method, string path)
    {
        var (id, execution) = await OwnedAsync(await api.NewUserAsync());
        string?[] tokens =
        [
            null,
            "garbage",
            TestIdentity.Token(Guid.NewGuid(), life: TimeSpan.FromMinutes(-10)),
            TestIdentity.Sign(new() { ["sub"] = Guid.NewGuid().ToString(), ["role"] = "authenticated", ["aud"] = "authenticated" }, TimeSpan.FromHours(1), "another secret, also long enough 0123456789"),
        ];
        foreach (var token in tokens)
        {
            using var client = new HttpClient { BaseAddress = api.Host.HttpAddress };
            if (token is not null)
            {
                client.DefaultRequestHeaders.Authorization = new("Bearer", token);
            }

            var answer = await new TestUser(Guid.Empty, client).SendAsync(new(method), Fill(path, id, execution), Documents.Minimal());

            answer.ExpectProblem(HttpStatusCode.Unauthorized, "unauthorized");
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.First().Scheme);
        }
    }

    [Theory, MemberData(nameof(EverythingWithAnId))]
    public async Task What_is_anothers_is_answered_exactly_like_what_is_not_there(string method, string path)
    {
        var (id, execution) = await OwnedAsync(await api.NewUserAsync());
        var stranger = await api.NewUserAsync();

        var foreign = (await stranger.SendAsync(new(method), Fill(path, id, execution), Documents.Minimal())).ExpectProblem(HttpStatusCode.NotFound, "not_found");
        var absent = await stranger.SendAsync(new(method), Fill(path, Guid.NewGuid().ToString(), "exec_absent"), Documents.Minimal());
        var nonsense = await stranger.SendAsync(new(method), Fill(path, "no-id%27--%2F", "no%7Fid%27"), Documents.Minimal());

        Assert.Equal(Same(foreign), Same(absent));
        Assert.Equal(Same(foreign), Same(nonsense));
        Assert.Equal(1L, await api.ScalarAsync<long>("SELECT count(*) FROM workflows WHERE id = $1 AND latest_version = 1", Guid.Parse(id)));
    }

    [Fact]
    public async Task Lists_show_ones_own_only()
    {
        var owner = await api.NewUserAsync();
        var (id, _) = await OwnedAsync(owner);
        var stranger = await api.NewUserAsync();

        Assert.Empty((await stranger.GetAsync(TestUser.Workflows)).Json["workflows"]!.AsArray());
        Assert.Empty((await stranger.GetAsync(TestUser.Executions)).Json["executions"]!.AsArray());
        Assert.Empty((await stranger.GetAsync($"{TestUser.Executions}?workflow_id={id}")).Json["executions"]!.AsArray());
        Assert.Single((await owner.GetAsync(TestUser.Executions)).Json["executions"]!.AsArray());
    }

    [Fact]
    public async Task A_service_token_is_no_user()
    {
        using var client = new HttpClient { BaseAddress = api.Host.HttpAddress };
        client.DefaultRequestHeaders.Authorization = new("Bearer", TestIdentity.ServiceToken("scheduler"));

        Assert.Contains((await new TestUser(Guid.Empty, client).GetAsync(TestUser.Workflows)).Status, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden });
    }

    private async Task<(string Id, string Execution)> OwnedAsync(TestUser owner)
    {
        var id = await owner.CreatedAsync(Documents.Minimal());
        return (id, await api.NewExecutionAsync(owner, id));
    }

    private static string Fill(string path, string id, string execution) =>
        path.Replace("{id}", id, StringComparison.Ordinal).Replace("{execution}", execution, StringComparison.Ordinal);

    /// <summary>All of the answer but what names the request itself.</summary>
    private static string Same(Answer answer)
    {
        var body = answer.Json;
        body.Remove("instance");
        body.Remove("trace_id");
        return $"{answer.Status} {answer.MediaType} {body.ToJsonString()}";
    }
}
