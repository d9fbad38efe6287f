using System.Net;
using System.Text.Json.Nodes;
using AiTeams.Contracts.Scheduler.V1;
using AiTeams.Scheduler.Insight;
using AiTeams.Scheduler.Triggers;
using AiTeams.Testing;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static AiTeams.Scheduler.Tests.SchedulerApi;

namespace AiTeams.Scheduler.Tests.Insight;

[Collection(SchedulerApi.Name)]
public sealed class TriggerTests(SchedulerApi api)
{
    [Fact]
    public async Task A_list_says_what_each_trigger_did_and_nothing_of_its_configuration()
    {
        var (user, workflow) = await DeployedAsync(Trigger("a", "MANUAL", new JsonObject { ["trigger_name"] = "canary" }), Trigger("b", "MANUAL"));
        for (var at = 1; at <= 7; at++)
        {
            await api.ExecuteAsync(
                """
                INSERT INTO workflow_executions (execution_id, workflow_id, user_id, workflow_version, status, mode, trigger_node_id, created_at)
                VALUES ($1, $2, $3, 1, 'SUCCESS', $4, 'a', now() - $5 * interval '1 minute')
                """,
                $"exec_{workflow:N}_{at}", workflow, user, at == 1 ? "MANUAL" : "TRIGGER", at);
        }

        await api.ExecuteAsync("UPDATE workflow_triggers SET trigger_count = 6, missed_count = 2, error_count = 1, last_error = 'no' WHERE workflow_id = $1 AND node_id = 'a'", workflow);
        await api.ExecuteAsync(
            "INSERT INTO trigger_firings (workflow_id, user_id, node_id, trigger_subtype, workflow_version, delivery_key, next_attempt_at) VALUES ($1, $2, 'b', 'MANUAL', 1, 'k', now() + interval '1 hour')",
            workflow, user);

        var (status, answer) = await api.GetAsync(user, Path(workflow, ""));

        Assert.Equal(HttpStatusCode.OK, status);
        var (first, second) = (answer["triggers"]![0]!, answer["triggers"]![1]!);
        Assert.Equal(Enumerable.Range(2, 5).Select(at => $"exec_{workflow:N}_{at}"), first["last_fires"]!.AsArray().Select(fire => (string)fire!["execution_id"]!));
        Assert.Equal("a True 6 2 1 no 0", $"{first["node_id"]} {(bool)first["is_active"]!} {first["trigger_count"]} {first["missed_count"]} {first["error_count"]} {first["last_error"]} {first["queued_count"]}");
        Assert.Equal("b 1 []", $"{second["node_id"]} {second["queued_count"]} {second["last_fires"]!.ToJsonString()}");
        Assert.DoesNotContain("canary", answer.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paused_trigger_is_not_found_by_its_events_until_it_is_resumed()
    {
        var (user, workflow) = await DeployedAsync(Trigger($"a{Guid.NewGuid():N}", "MANUAL"), Trigger("b", "MANUAL"));
        var node = (string)(await api.GetAsync(user, Path(workflow, ""))).Json["triggers"]![0]!["node_id"]!;
        var lookup = api.Host.Services.GetRequiredService<TriggerLookup>();

        var paused = await api.PostAsync(user, Path(workflow, $"/{node}/pause"));
        var again = await api.PostAsync(user, Path(workflow, $"/{node}/pause"));

        Assert.Equal([node], paused.Json["changed_node_ids"]!.AsArray().Select(id => (string)id!));
        Assert.Empty(again.Json["changed_node_ids"]!.AsArray());
        Assert.Empty(await lookup.FindAsync("MANUAL", $"manual:{node}", CancellationToken.None));
        Assert.Equal("false,true", string.Join(',', (await api.GetAsync(user, Path(workflow, ""))).Json["triggers"]!.AsArray().Select(trigger => trigger!["is_active"]!.ToJsonString())));

        await api.PostAsync(user, Path(workflow, "/resume"));

        Assert.Single(await lookup.FindAsync("MANUAL", $"manual:{node}", CancellationToken.None));
        var steps = (await api.GetAsync(user, $"/api/v1/app/workflows/{workflow}/deployments")).Json["deployments"]!.AsArray();
        Assert.Equal(["resume", "pause"], steps.Take(2).Select(step => (string)step!["logs"]!["step"]!));
    }

    [Fact]
    public async Task What_is_not_deployed_or_not_there_cannot_be_paused()
    {
        var user = await api.NewUserAsync();
        var workflow = await api.NewWorkflowAsync(user, [Trigger("a", "MANUAL")]);

        Assert.Equal(HttpStatusCode.Conflict, (await api.PostAsync(user, Path(workflow, "/pause"))).Status);
        await api.PostAsync(user, $"/api/v1/app/workflows/{workflow}/deploy");
        Assert.Equal(HttpStatusCode.NotFound, (await api.PostAsync(user, Path(workflow, "/nothing/pause"))).Status);
        var stranger = await api.NewUserAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await api.PostAsync(stranger, Path(workflow, "/pause"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync(stranger, Path(workflow, ""))).Status);
    }

    [Fact]
    public async Task Other_services_deploy_list_and_undeploy_as_well()
    {
        var user = await api.NewUserAsync();
        var workflow = await api.NewWorkflowAsync(user, [Trigger("a", "MANUAL")]);
        using var channel = GrpcChannel.ForAddress(api.Host.GrpcAddress);
        var client = new Contracts.Scheduler.V1.Scheduler.SchedulerClient(channel);
        var headers = new Metadata { { "authorization", "Bearer " + TestIdentity.ServiceToken("workflow-engine") } };

        var deployed = await client.DeployWorkflowAsync(new DeployWorkflowRequest { UserId = $"{user}", WorkflowId = $"{workflow}" }, headers);
        var listed = await client.ListTriggersAsync(new ListTriggersRequest { UserId = $"{user}", WorkflowId = $"{workflow}" }, headers);
        var undeployed = await client.UndeployWorkflowAsync(new UndeployWorkflowRequest { UserId = $"{user}", WorkflowId = $"{workflow}" }, headers);

        Assert.Equal(("DEPLOYED", 1, "a", "UNDEPLOYED"), (deployed.DeploymentStatus, deployed.DeploymentVersion, listed.Triggers.Single().NodeId, undeployed.DeploymentStatus));
    }

    [Fact]
    public async Task A_delivery_that_waits_for_long_is_told_by_health_until_it_is_gone()
    {
        var (user, workflow) = await DeployedAsync(Trigger("a", "MANUAL"));
        var backlog = api.Host.Services.GetRequiredService<Backlog>();
        await api.ExecuteAsync(
            """
            INSERT INTO trigger_firings (workflow_id, user_id, node_id, trigger_subtype, workflow_version, delivery_key, due_at, next_attempt_at)
            VALUES ($1, $2, 'a', 'MANUAL', 1, 'k', now() - interval '2 minutes', now() + interval '1 hour')
            """,
            workflow, user);

        var lag = await backlog.RunOnceAsync(CancellationToken.None);
        var behind = await backlog.CheckHealthAsync(new HealthCheckContext());
        await api.ExecuteAsync("DELETE FROM trigger_firings WHERE workflow_id = $1", workflow);
        await backlog.RunOnceAsync(CancellationToken.None);

        Assert.InRange(lag.TotalSeconds, 120, 600);
        Assert.Equal(HealthStatus.Degraded, behind.Status);
        Assert.Equal(HealthStatus.Healthy, (await backlog.CheckHealthAsync(new HealthCheckContext())).Status);
    }

    private async Task<(Guid User, Guid Workflow)> DeployedAsync(params JsonObject[] nodes)
    {
        var user = await api.NewUserAsync();
        var workflow = await api.NewWorkflowAsync(user, nodes);
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync(user, $"/api/v1/app/workflows/{workflow}/deploy")).Status);
        return (user, workflow);
    }

    private static string Path(Guid workflow, string rest) => $"/api/v1/app/workflows/{workflow}/triggers{rest}";
}
