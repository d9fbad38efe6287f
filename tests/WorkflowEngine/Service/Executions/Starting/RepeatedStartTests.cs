using System.Net;
using System.Text.Json.Nodes;
using AiTeams.WorkflowEngine.Tests.Definitions;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Executions.Starting;

/// <summary>The same start twice, at once, or with the key of another.</summary>
[Collection(DefinitionApi.Name)]
public sealed class RepeatedStartTests(DefinitionApi api)
{
    [Fact]
    public async Task Twenty_at_once_with_one_key_start_one_execution()
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Documents.Minimal());

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => StartAsync(user, workflow, "one-key", new JsonObject { ["n"] = 1 })));

        Assert.Single(answers.Select(a => (string?)a.Expect(HttpStatusCode.Accepted).Json["execution_id"]).Distinct());
        Assert.Equal(1L, await api.ScalarAsync<long>("SELECT count(*) FROM workflow_executions WHERE user_id = $1", user.Id));
    }

    [Fact]
    public async Task The_key_of_another_request_is_refused()
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Documents.Minimal("First"));
        var other = await user.CreatedAsync(Documents.Minimal("Second"));
        (await StartAsync(user, workflow, "used", new JsonObject { ["n"] = 1 })).Expect(HttpStatusCode.Accepted);

        var otherData = await StartAsync(user, workflow, "used", new JsonObject { ["n"] = 2 });
        var otherWorkflow = await StartAsync(user, other, "used", new JsonObject { ["n"] = 1 });

        Assert.All([otherData, otherWorkflow], answer => Assert.Equal(
            ["idempotency_key_reused /headers/Idempotency-Key"], answer.Expect(HttpStatusCode.UnprocessableEntity).Problems));
    }

    [Fact]
    public async Task The_same_key_of_another_user_is_another_key()
    {
        foreach (var user in (TestUser[])[await api.NewUserAsync(), await api.NewUserAsync()])
        {
            (await StartAsync(user, await user.CreatedAsync(Documents.Minimal()), "shared", [])).Expect(HttpStatusCode.Accepted);
            Assert.Equal(1L, await api.ScalarAsync<long>("SELECT count(*) FROM workflow_executions WHERE user_id = $1", user.Id));
        }
    }

    [Fact]
    public async Task What_the_engine_would_not_act_on_is_refused_by_name()
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Documents.Minimal());

        var answer = await user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{workflow}/executions",
            new JsonObject { ["trigger_node_id"] = 7, ["only_nodes"] = "start" });

        Assert.Equal(["invalid_type /trigger_node_id", "unknown_field /only_nodes"], answer.Expect(HttpStatusCode.UnprocessableEntity).Problems);
    }

    private static Task<Answer> StartAsync(TestUser user, string workflow, string key, JsonObject data) =>
        user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{workflow}/executions", new JsonObject { ["data"] = data.DeepClone() }, ("Idempotency-Key", key));
}
