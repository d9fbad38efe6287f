using System.Net;
using System.Text.Json.Nodes;
using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.Scheduler.Invocation;
using static AiTeams.Scheduler.Tests.SchedulerApi;

namespace AiTeams.Scheduler.Tests.Invocation;

[Collection(SchedulerApi.Name)]
public sealed class InvokeTests(SchedulerApi api)
{
    [Fact]
    public async Task A_test_run_starts_the_newest_version_at_that_trigger_with_the_event_and_who_made_it_up()
    {
        var (user, workflow) = await WorkflowAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Path(workflow, "invoke"))
        {
            Content = System.Net.Http.Json.JsonContent.Create(new JsonObject { ["parameters"] = new JsonObject { ["city"] = "Lviv" }, ["description"] = "try" }),
        };
        request.Headers.Add("Idempotency-Key", $"{workflow}");

        using var answer = await api.Host.ClientOf(user).SendAsync(request);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var (started, _) = api.Engine.Started[$"{workflow}"];
        Assert.Equal(("start", 2, ExecutionMode.Manual), (started.TriggerNodeId, started.Version, started.Mode));
        var data = JsonNode.Parse(started.Data.ToStringUtf8())!;
        Assert.Equal($"Lviv MANUAL_INVOCATION MANUAL {user} try", $"{data["city"]} {data["invocation"]!["trigger_type"]} {data["invocation"]!["original_trigger_type"]} {data["invocation"]!["invoked_by"]} {data["invocation"]!["description"]}");
    }

    [Fact]
    public async Task A_dry_run_starts_nothing()
    {
        var (user, workflow) = await WorkflowAsync();
        var before = api.Engine.Started.Values.Count(start => start.Request.WorkflowId == $"{workflow}");

        var (status, answer) = await api.PostAsync(user, Path(workflow, "invoke"), new JsonObject { ["dry_run"] = true, ["parameters"] = new JsonObject { ["n"] = 1 } });

        Assert.Equal((HttpStatusCode.OK, 1, 2), (status, (int)answer["trigger_data"]!["n"]!, (int)answer["workflow_version"]!));
        Assert.Equal(before, api.Engine.Started.Values.Count(start => start.Request.WorkflowId == $"{workflow}"));
    }

    [Theory]
    [InlineData("""{"parameters":[]}""", "invalid_type /parameters")]
    [InlineData("""{"dry_run":"yes"}""", "invalid_type /dry_run")]
    [InlineData("""{"data":{}}""", "unknown_field /data")]
    public async Task A_body_that_says_something_else_is_refused_by_name(string body, string expected)
    {
        var (user, workflow) = await WorkflowAsync();

        var (status, problem) = await api.PostAsync(user, Path(workflow, "invoke"), JsonNode.Parse(body));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, expected), (status, $"{problem["errors"]![0]!["code"]} {problem["errors"]![0]!["pointer"]}"));
    }

    [Fact]
    public async Task Its_parameters_are_described()
    {
        var (user, workflow) = await WorkflowAsync();

        var (status, answer) = await api.GetAsync(user, Path(workflow, "invocation-schema"));

        Assert.Equal((HttpStatusCode.OK, "MANUAL", "object"), (status, (string)answer["trigger_subtype"]!, (string)answer["schema"]!["type"]!));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("step")]
    public async Task Only_a_trigger_can_be_invoked(string node)
    {
        var (user, workflow) = await WorkflowAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await api.PostAsync(user, $"/api/v1/app/workflows/{workflow}/triggers/{node}/invoke")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.PostAsync(await api.NewUserAsync(), Path(workflow, "invoke"))).Status);
    }

    [Theory]
    [InlineData("""{"s":"x","n":1,"l":["a"]}""", "")]
    [InlineData("""{"n":1}""", "required /p/s")]
    [InlineData("""{"s":1}""", "invalid_type /p/s")]
    [InlineData("""{"s":"x","n":1.5}""", "invalid_type /p/n")]
    [InlineData("""{"s":"z"}""", "invalid_value /p/s")]
    [InlineData("""{"s":"x","q":1}""", "unknown_field /p/q")]
    [InlineData("""{"s":"x","l":["a",2]}""", "invalid_type /p/l/1")]
    [InlineData("[]", "invalid_type /p")]
    public void Parameters_are_checked_against_their_schema(string parameters, string expected)
    {
        var schema = JsonNode.Parse("""
            {"type":"object","required":["s"],"additionalProperties":false,
             "properties":{"s":{"type":"string","enum":["x","y"]},"n":{"type":"integer"},"l":{"type":"array","items":{"type":"string"}}}}
            """)!.AsObject();

        Assert.Equal(expected, string.Join(", ", ParameterCheck.Check(JsonNode.Parse(parameters), schema, "/p").Select(problem => $"{problem.Code} {problem.Pointer}")));
    }

    private async Task<(Guid User, Guid Workflow)> WorkflowAsync()
    {
        var user = await api.NewUserAsync();
        var step = Trigger("step", "X");
        step["type"] = "ACTION";
        return (user, await api.NewWorkflowAsync(user, [Trigger("old", "MANUAL")], [Trigger("start", "MANUAL"), step]));
    }

    private static string Path(Guid workflow, string action) => $"/api/v1/app/workflows/{workflow}/triggers/start/{action}";
}
