using System.Net;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Definitions;

[Collection(DefinitionApi.Name)]
public sealed class DeleteWorkflowTests(DefinitionApi api)
{
    [Fact]
    public async Task Deleting_takes_everything_along_and_is_announced()
    {
        var user = await api.NewUserAsync();
        var id = await user.CreatedAsync(Documents.Branching());
        var execution = await api.NewExecutionAsync(user, id);
        var kept = await user.CreatedAsync(Documents.Minimal("Kept"));

        (await user.SendAsync(HttpMethod.Delete, $"{TestUser.Workflows}/{id}")).Expect(HttpStatusCode.NoContent);

        foreach (var table in new[] { "nodes", "node_connections", "workflow_versions", "workflow_executions" })
        {
            Assert.Equal(0L, await api.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE workflow_id = $1", Guid.Parse(id)));
        }
        foreach (var table in new[] { "node_executions", "execution_timers", "workflow_execution_logs" })
        {
            Assert.Equal(0L, await api.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE execution_id = $1", execution));
        }
        (await user.GetAsync($"{TestUser.Workflows}/{id}")).Expect(HttpStatusCode.NotFound);
        (await user.GetAsync($"{TestUser.Executions}/{execution}")).Expect(HttpStatusCode.NotFound);
        (await user.GetAsync($"{TestUser.Workflows}/{kept}")).Expect(HttpStatusCode.OK);
        Assert.Equal(
            "WorkflowDeleted",
            await api.ScalarAsync<string>("SELECT type FROM messaging.outbox WHERE payload ->> 'workflow_id' = $1 ORDER BY seq DESC LIMIT 1", id));
    }

    [Fact]
    public async Task Deleting_twice_finds_nothing_the_second_time()
    {
        var user = await api.NewUserAsync();
        var id = await user.CreatedAsync(Documents.Minimal());

        (await user.SendAsync(HttpMethod.Delete, $"{TestUser.Workflows}/{id}")).Expect(HttpStatusCode.NoContent);

        (await user.SendAsync(HttpMethod.Delete, $"{TestUser.Workflows}/{id}")).ExpectProblem(HttpStatusCode.NotFound, "not_found");
        (await user.PutAsync(id, Documents.Minimal("Back"))).ExpectProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_save_that_meets_a_deletion_either_came_first_or_finds_nothing()
    {
        var user = await api.NewUserAsync();
        for (var round = 0; round < 5; round++)
        {
            var id = await user.CreatedAsync(Documents.Branching());

            var saves = Enumerable.Range(0, 4).Select(i => user.PutAsync(id, Documents.Branching($"by {i}"))).ToArray();
            var deletion = user.SendAsync(HttpMethod.Delete, $"{TestUser.Workflows}/{id}");

            Assert.All(await Task.WhenAll(saves), save => Assert.Contains(save.Status, new[] { HttpStatusCode.OK, HttpStatusCode.NotFound }));
            (await deletion).Expect(HttpStatusCode.NoContent);
            (await user.GetAsync($"{TestUser.Workflows}/{id}")).Expect(HttpStatusCode.NotFound);
        }
    }
}
