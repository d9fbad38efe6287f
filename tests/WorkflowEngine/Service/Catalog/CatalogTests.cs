using System.Net;
using AiTeams.WorkflowEngine.Core.Definitions;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Catalog;

[Collection(DefinitionApi.Name)]
public sealed class CatalogTests(DefinitionApi api)
{
    [Fact]
    public async Task Every_node_that_can_run_is_listed_and_described()
    {
        var user = await api.NewUserAsync();

        var list = (await user.GetAsync("/api/v1/app/node-types")).Expect(HttpStatusCode.OK).Json["node_types"]!.AsArray();

        Assert.Equal(NodeCatalog.Active.Select(spec => $"{spec.Type}.{spec.Subtype}"), list.Select(row => $"{row!["type"]}.{row["subtype"]}"));
        foreach (var row in list)
        {
            var schema = (await user.GetAsync((string)row!["schema"]!)).Expect(HttpStatusCode.OK).Json;
            Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string)schema["$schema"]!);
            Assert.Equal((string)row["subtype"]!, (string)schema["properties"]!["subtype"]!["const"]!);
            Assert.NotEmpty(schema["properties"]!["configurations"]!["properties"]!.AsObject());
            Assert.Equal(((bool)row["is_active"]!, (string)row["version"]!), ((bool)schema["is_active"]!, (string)schema["x-version"]!));
        }
    }

    [Fact]
    public async Task What_cannot_run_yet_is_listed_when_asked_for()
    {
        var user = await api.NewUserAsync();

        var list = (await user.GetAsync("/api/v1/app/node-types?include_inactive=true")).Expect(HttpStatusCode.OK).Json["node_types"]!.AsArray();

        Assert.Equal(NodeCatalog.All.Select(spec => $"{spec.Type}.{spec.Subtype}"), list.Select(row => $"{row!["type"]}.{row["subtype"]}"));
        Assert.Equal(NodeCatalog.Active.Count, list.Count(row => (bool)row!["is_active"]!));
    }

    [Fact]
    public async Task A_bad_wish_for_inactive_ones_is_told()
    {
        var user = await api.NewUserAsync();

        (await user.GetAsync("/api/v1/app/node-types?include_inactive=perhaps")).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed");
    }

    [Fact]
    public async Task What_cannot_run_yet_is_described_and_says_so()
    {
        var user = await api.NewUserAsync();

        var schema = (await user.GetAsync("/api/v1/app/node-types/EXTERNAL_ACTION/SLACK")).Expect(HttpStatusCode.OK).Json;

        Assert.False((bool)schema["is_active"]!);
        Assert.NotNull(schema["properties"]!["configurations"]!["properties"]!["action_type"]);
    }

    [Fact]
    public async Task Groups_secrets_and_examples_are_described()
    {
        var user = await api.NewUserAsync();

        var schema = (await user.GetAsync("/api/v1/app/node-types/TRIGGER/EMAIL")).Expect(HttpStatusCode.OK).Json;

        var configurations = schema["properties"]!["configurations"]!["properties"]!;
        var server = configurations["server_config"]!["anyOf"]![0]!;
        Assert.Equal(993, (int)server["properties"]!["port"]!["default"]!);
        Assert.Equal("host", (string)Assert.Single(server["required"]!.AsArray())!);
        Assert.True((bool)configurations["credentials"]!["writeOnly"]!);
        Assert.Equal("invoice.pdf", (string)schema["x-examples"]![0]!["output"]!["attachments"]![0]!["name"]!);
    }

    [Fact]
    public async Task What_is_attached_to_an_agent_has_no_ports()
    {
        var user = await api.NewUserAsync();

        var schema = (await user.GetAsync("/api/v1/app/node-types/TOOL/SLACK_MCP_TOOL")).Json;

        Assert.Empty(schema["x-ports"]!.AsArray());
        var offered = schema["properties"]!["configurations"]!["properties"]!["available_tools"]!;
        Assert.Equal(3, offered["default"]!.AsArray().Count);
        Assert.Equal(9, offered["anyOf"]![0]!["items"]!["enum"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_schema_says_what_a_configuration_may_be()
    {
        var user = await api.NewUserAsync();

        var configurations = (await user.GetAsync("/api/v1/app/node-types/ACTION/HTTP_REQUEST")).Json["properties"]!["configurations"]!;

        Assert.Contains("url", configurations["required"]!.AsArray().Select(name => (string)name!));
        var method = configurations["properties"]!["method"]!;
        Assert.Equal("GET", (string)method["default"]!);
        Assert.Contains("PATCH", method["anyOf"]![0]!["enum"]!.AsArray().Select(option => (string)option!));
        Assert.Equal(20, (double)configurations["properties"]!["max_redirects"]!["anyOf"]![0]!["maximum"]!);
        Assert.True((bool)configurations["properties"]!["auth_config"]!["writeOnly"]!);
    }

    [Fact]
    public async Task The_ports_of_a_node_are_named()
    {
        var user = await api.NewUserAsync();

        var ports = (await user.GetAsync("/api/v1/app/node-types/FLOW/IF")).Json["x-ports"]!.AsArray();

        Assert.Equal(["true", "false", "error"], ports.Select(port => (string)port!["name"]!));
    }

    [Theory]
    [InlineData("FLOW/GOTO")]
    [InlineData("TOOL/EMAIL_TOOL")]
    [InlineData("FLOW/if")]
    [InlineData("NOTHING/IF")]
    public async Task What_is_not_described_is_not_found(string path)
    {
        var user = await api.NewUserAsync();

        (await user.GetAsync($"/api/v1/app/node-types/{path}")).ExpectProblem(HttpStatusCode.NotFound, "not_found");
    }
}
