using System.Net;
using System.Text.Json.Nodes;
using static AiTeams.Scheduler.Tests.SchedulerApi;

namespace AiTeams.Scheduler.Tests.Deployments;

[Collection(SchedulerApi.Name)]
public sealed class DeploymentTests(SchedulerApi api)
{
    [Fact]
    public async Task A_deployed_workflow_listens_and_its_history_tells_who_and_what()
    {
        var (user, workflow) = await WorkflowAsync([Trigger("start", "MANUAL"), Trigger("again", "MANUAL")]);

        var (status, deployment) = await api.PostAsync(user, Path(workflow, "deploy"));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("DEPLOYED 1 1", $"{deployment["deployment_status"]} {deployment["deployment_version"]} {deployment["workflow_version"]}");
        Assert.Equal("again manual:again, start manual:start", await IndexAsync(workflow));
        Assert.Equal(["DEPLOY_STARTED IDLE DEPLOYING 1", "DEPLOY_COMPLETED DEPLOYING DEPLOYED 1"], await HistoryAsync(user, workflow));
        var row = (await api.RowsAsync("SELECT deployment_status, deployed_by, deployed_at IS NOT NULL AS at, deployment_version FROM workflows WHERE id = $1", workflow))[0]!;
        Assert.Equal(($"DEPLOYED {user}", true, 1), ($"{row["deployment_status"]} {row["deployed_by"]}", (bool)row["at"]!, (int)row["deployment_version"]!));
        Assert.Single(await api.RowsAsync("SELECT 1 FROM messaging.outbox WHERE payload ->> 'workflow_id' = $1 AND type LIKE '%WorkflowDeployed%'", workflow.ToString()));
    }

    [Fact]
    public async Task What_is_left_to_fill_in_is_refused_by_name_wherever_it_stands()
    {
        var code = new JsonObject { ["id"] = "n", ["name"] = "N", ["type"] = "ACTION", ["subtype"] = "HTTP_REQUEST", ["configurations"] = new JsonObject { ["headers"] = new JsonArray("x {{ $placeholder }}") } };
        var (user, workflow) = await WorkflowAsync([Trigger("start", "MANUAL", new JsonObject { ["trigger_name"] = "{{$placeholder}}" }), code]);

        var (status, problem) = await api.PostAsync(user, Path(workflow, "deploy"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(["placeholder_left /nodes/0/configurations/trigger_name start", "placeholder_left /nodes/1/configurations/headers/0 n"], Problems(problem));
        Assert.Equal("", await IndexAsync(workflow));
        Assert.Equal(["DEPLOY_FAILED IDLE DEPLOYMENT_FAILED 1"], await HistoryAsync(user, workflow));
    }

    [Theory]
    [InlineData("NEWS", "unknown_trigger /nodes/0/subtype start")]
    public async Task A_trigger_nobody_knows_is_refused(string subtype, string expected)
    {
        var (user, workflow) = await WorkflowAsync([Trigger("start", subtype)]);

        var (status, problem) = await api.PostAsync(user, Path(workflow, "deploy"));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, expected), (status, Assert.Single(Problems(problem))));
    }

    [Fact]
    public async Task Without_an_enabled_trigger_there_is_nothing_to_deploy()
    {
        var disabled = Trigger("off", "MANUAL");
        disabled["disabled"] = true;
        var (user, workflow) = await WorkflowAsync([disabled, Trigger("off_too", "MANUAL", new JsonObject { ["enabled"] = false })]);

        var (status, problem) = await api.PostAsync(user, Path(workflow, "deploy"));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "no_trigger /nodes"), (status, Assert.Single(Problems(problem))));
    }

    [Fact]
    public async Task A_refused_update_leaves_what_is_deployed_as_it_is()
    {
        var (user, workflow) = await WorkflowAsync([Trigger("start", "MANUAL")]);
        await api.PostAsync(user, Path(workflow, "deploy"));
        await api.SaveAsync(workflow, user, 2, Trigger("start", "MANUAL", new JsonObject { ["trigger_name"] = "{{$placeholder}}" }));

        var (status, _) = await api.PostAsync(user, Path(workflow, "deploy"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("start manual:start", await IndexAsync(workflow));
        Assert.Equal("DEPLOYED", (string)(await api.RowsAsync("SELECT deployment_status FROM workflows WHERE id = $1", workflow))[0]!["deployment_status"]!);
        Assert.Equal("DEPLOY_FAILED DEPLOYED DEPLOYED 1", (await HistoryAsync(user, workflow))[^1]);
        Assert.Equal(1, await VersionAsync(workflow));
    }

    [Fact]
    public async Task An_update_goes_over_to_the_new_version_and_a_rollback_back_to_what_a_deployment_ran()
    {
        var (user, workflow) = await WorkflowAsync([Trigger("one", "MANUAL")], [Trigger("two", "MANUAL")]);
        await api.PostAsync(user, Path(workflow, "deploy"), new JsonObject { ["version"] = 1 });
        Assert.Equal(("one manual:one", 1), (await IndexAsync(workflow), await VersionAsync(workflow)));

        await api.PostAsync(user, Path(workflow, "deploy"));
        Assert.Equal(("two manual:two", 2), (await IndexAsync(workflow), await VersionAsync(workflow)));

        var (status, deployment) = await api.PostAsync(user, Path(workflow, "rollback"), new JsonObject { ["version"] = 1 });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("3 1", $"{deployment["deployment_version"]} {deployment["workflow_version"]}");
        Assert.Equal(("one manual:one", 1), (await IndexAsync(workflow), await VersionAsync(workflow)));
        Assert.Equal(
            ["DEPLOY_STARTED IDLE DEPLOYING 1", "DEPLOY_COMPLETED DEPLOYING DEPLOYED 1", "UPDATE DEPLOYED DEPLOYED 2", "ROLLBACK DEPLOYED DEPLOYED 3"],
            await HistoryAsync(user, workflow));
    }

    [Theory]
    [InlineData("deploy", """{"version":9}""", "unknown_version /version")]
    [InlineData("deploy", """{"version":0}""", "invalid_type /version")]
    [InlineData("deploy", """{"verison":1}""", "unknown_field /verison")]
    [InlineData("deploy", "[]", "invalid_type")]
    [InlineData("rollback", """{"version":9}""", "unknown_deployment /version")]
    [InlineData("rollback", "{}", "required /version")]
    public async Task A_body_that_says_something_else_is_refused_by_name(string action, string body, string expected)
    {
        var (user, workflow) = await WorkflowAsync([Trigger("start", "MANUAL")]);

        var (status, problem) = await api.PostAsync(user, Path(workflow, action), JsonNode.Parse(body));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, expected), (status, Assert.Single(Problems(problem))));
    }

    [Fact]
    public async Task Undeploying_silences_and_may_be_repeated()
    {
        var (user, workflow) = await WorkflowAsync([Trigger("start", "MANUAL")]);
        await api.PostAsync(user, Path(workflow, "deploy"));

        var first = await api.PostAsync(user, Path(workflow, "undeploy"));
        var second = await api.PostAsync(user, Path(workflow, "undeploy"));

        Assert.Equal(("UNDEPLOYED", "UNDEPLOYED"), ((string)first.Json["deployment_status"]!, (string)second.Json["deployment_status"]!));
        Assert.Equal("", await IndexAsync(workflow));
        Assert.Equal(4, (await HistoryAsync(user, workflow)).Length);
    }

    [Theory]
    [InlineData("deploy")]
    [InlineData("undeploy")]
    [InlineData("rollback")]
    public async Task Another_users_workflow_is_not_there(string action)
    {
        var (user, workflow) = await WorkflowAsync([Trigger("start", "MANUAL")]);
        await api.PostAsync(user, Path(workflow, "deploy"));

        var (status, _) = await api.PostAsync(await api.NewUserAsync(), Path(workflow, action), new JsonObject { ["version"] = 1 });
        var (historyStatus, _) = await api.GetAsync(await api.NewUserAsync(), Path(workflow, "deployments"));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (status, historyStatus));
        Assert.Equal("start manual:start", await IndexAsync(workflow));
    }

    [Fact]
    public async Task Deployments_at_the_same_time_come_one_after_the_other()
    {
        var (user, workflow) = await WorkflowAsync([Trigger("start", "MANUAL")]);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.PostAsync(user, Path(workflow, "deploy"))));

        Assert.Equal(Enumerable.Range(1, 8), answers.Select(answer => (int)answer.Json["deployment_version"]!).Order());
        Assert.Equal("start manual:start", await IndexAsync(workflow));
    }

    [Fact]
    public async Task The_history_comes_in_pages()
    {
        var (user, workflow) = await WorkflowAsync([Trigger("start", "MANUAL")]);
        for (var at = 0; at < 5; at++)
        {
            await api.PostAsync(user, Path(workflow, "deploy"));
        }

        var first = (await api.GetAsync(user, Path(workflow, "deployments?limit=4"))).Json;
        var second = (await api.GetAsync(user, Path(workflow, $"deployments?limit=4&cursor={first["next_cursor"]}"))).Json;

        Assert.Equal((4, 2), (first["deployments"]!.AsArray().Count, second["deployments"]!.AsArray().Count));
        Assert.Null(second["next_cursor"]);
        Assert.All(first["deployments"]!.AsArray(), step => Assert.True((double)step!["duration_ms"]! >= 0));
    }

    private async Task<(Guid User, Guid Workflow)> WorkflowAsync(params JsonObject[][] versions)
    {
        var user = await api.NewUserAsync();
        return (user, await api.NewWorkflowAsync(user, versions));
    }

    private async Task<string> IndexAsync(Guid workflow) => string.Join(
        ", ", (await api.RowsAsync("SELECT node_id, index_key FROM trigger_index WHERE workflow_id = $1 ORDER BY node_id", workflow)).Select(row => $"{row!["node_id"]} {row["index_key"]}"));

    private async Task<int> VersionAsync(Guid workflow) =>
        (int)(await api.RowsAsync("SELECT DISTINCT workflow_version AS version FROM trigger_index WHERE workflow_id = $1", workflow)).Single()!["version"]!;

    private async Task<string[]> HistoryAsync(Guid user, Guid workflow) =>
    [
        .. (await api.GetAsync(user, Path(workflow, "deployments"))).Json["deployments"]!.AsArray().Reverse()
            .Select(step => $"{step!["action"]} {step["from_status"]} {step["to_status"]} {step["deployment_version"]}"),
    ];

    private static string[] Problems(JsonObject problem) =>
        [.. problem["errors"]!.AsArray().Select(found => $"{found!["code"]} {found["pointer"]} {found["node_id"]}".TrimEnd())];

    private static string Path(Guid workflow, string rest) => $"/api/v1/app/workflows/{workflow}/{rest}";
}
