using System.Net;
using System.Text.Json.Nodes;
using AiTeams.WorkflowEngine.Tests.Definitions;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Executions.Starting;

/// <summary>Starts that ask at the same time are answered by one query and written by one flush; each still gets its own answer.</summary>
[Collection(DefinitionApi.Name)]
public sealed class CrowdedStartTests(DefinitionApi api)
{
    [Fact]
    public async Task Each_of_many_at_once_runs_its_own_users_workflow_and_finds_nobody_elses()
    {
        var users = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => api.NewUserAsync()));
        var workflows = await Task.WhenAll(users.Select(user => user.CreatedAsync(Documents.Minimal())));

        await Task.WhenAll(
            from user in Enumerable.Range(0, users.Length)
            from workflow in Enumerable.Range(0, workflows.Length)
            from time in Enumerable.Range(0, 4)
            select StartAsync(user, workflow, time));

        async Task StartAsync(int user, int workflow, int time)
        {
            var answer = await users[user].SendAsync(
                HttpMethod.Post, $"{TestUser.Workflows}/{workflows[workflow]}/executions",
                new JsonObject { ["data"] = new JsonObject { ["user"] = user, ["time"] = time } }, ("Prefer", "wait=20"));
            if (user != workflow)
            {
                answer.ExpectProblem(HttpStatusCode.NotFound, "not_found");
                return;
            }

            var execution = answer.Expect(HttpStatusCode.OK).Json;
            Assert.Equal((workflows[workflow], "SUCCESS"), ((string)execution["workflow_id"]!, (string)execution["status"]!));
            Assert.Equal((user, time), ((int)execution["trigger_data"]!["user"]!, (int)execution["trigger_data"]!["time"]!));
        }
    }

    [Fact]
    public async Task What_ends_in_the_flush_that_starts_it_is_written_once_and_counted_once()
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Documents.Minimal());
        var execution = (await user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{workflow}/executions", new JsonObject(), ("Prefer", "wait=20")))
            .Expect(HttpStatusCode.OK).Json;

        // Not written again by a later transaction (xmin), nor by a later statement of the same one than wrote its node (cmin).
        Assert.Equal(
            "SUCCESS 1",
            await api.ScalarAsync<string>(
                """
                SELECT e.status || ' ' || (
                    (SELECT count(*) FROM execution_metrics_queue q WHERE q.id = e.id)
                    + (SELECT coalesce(sum(h.executions), 0) FROM execution_metrics_hourly h WHERE h.workflow_id = e.workflow_id))
                FROM workflow_executions e JOIN node_executions n USING (execution_id)
                WHERE e.execution_id = $1 AND e.end_time IS NOT NULL AND e.xmin = n.xmin AND e.cmin::text::bigint < n.cmin::text::bigint
                """,
                (string)execution["execution_id"]!));
    }
}
