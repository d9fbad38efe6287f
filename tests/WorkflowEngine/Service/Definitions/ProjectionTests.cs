using System.Text.Json.Nodes;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Definitions;

[Collection(DefinitionApi.Name)]
public sealed class ProjectionTests(DefinitionApi api)
{
    private const string Nodes = """
        SELECT node_id, user_id, node_type, node_subtype, type_version, name, description, disabled, position_x, position_y, parameters, credentials,
            attached_nodes, error_handling, max_retries, retry_wait_time, notes, webhooks
        FROM nodes WHERE workflow_id = $1 ORDER BY node_id
        """;

    private const string Connections = """
        SELECT source_node_id, target_node_id, connection_type, connection_index, label, conditions
        FROM node_connections WHERE workflow_id = $1 ORDER BY source_node_id, label, connection_index
        """;

    [Fact]
    public async Task Nodes_are_rows_with_the_values_of_the_document()
    {
        var user = await api.NewUserAsync();
        var id = Guid.Parse(await user.CreatedAsync(Documents.Branching()));

        var rows = await api.RowsAsync(Nodes, id);

        Assert.Equal(["call", "if", "merge", "start", "wait"], rows.Select(row => (string)row!["node_id"]!));
        AssertSame(
            $$"""
            {"node_id": "call", "user_id": "{{user.Id}}", "node_type": "ACTION", "node_subtype": "HTTP_REQUEST", "type_version": 1, "name": "Node_call",
             "description": "does HTTP_REQUEST", "disabled": false, "position_x": 120.5, "position_y": -3,
             "parameters": {"method": "GET", "url": "https://example.com/a?b=1"}, "credentials": {"token": "{{"{{$placeholder}}"}}"},
             "attached_nodes": [], "error_handling": "CONTINUE_ERROR_OUTPUT_ON_ERROR", "max_retries": 7, "retry_wait_time": 11,
             "notes": "calls out", "webhooks": ["one", "two"]}
            """,
            rows[0]);
        AssertSame(
            $$"""
            {"node_id": "start", "user_id": "{{user.Id}}", "node_type": "TRIGGER", "node_subtype": "MANUAL", "type_version": 1, "name": "Node_start",
             "description": "does MANUAL", "disabled": false, "position_x": 0, "position_y": 0, "parameters": {}, "credentials": {},
             "attached_nodes": [], "error_handling": "STOP_WORKFLOW_ON_ERROR", "max_retries": 3, "retry_wait_time": 5, "notes": null, "webhooks": null}
            """,
            rows[3]);
        Assert.True((bool)rows[4]!["disabled"]!);
    }

    [Fact]
    public async Task Connections_are_rows_with_the_type_their_port_gives_them()
    {
        var user = await api.NewUserAsync();
        var document = Documents.Branching();
        document["connections"]!.AsArray().Add(Documents.Connection("c7", "start", "merge"));
        var id = Guid.Parse(await user.CreatedAsync(document));

        var rows = await api.RowsAsync(Connections, id);

        AssertSame(
            """
            [{"source_node_id": "call", "target_node_id": "merge", "connection_type": "ERROR", "connection_index": 0, "label": "error", "conditions": {}},
             {"source_node_id": "call", "target_node_id": "if", "connection_type": "MAIN", "connection_index": 0, "label": "result", "conditions": {}},
             {"source_node_id": "if", "target_node_id": "merge", "connection_type": "CONDITIONAL", "connection_index": 0, "label": "false", "conditions": {"output_key": "false"}},
             {"source_node_id": "if", "target_node_id": "wait", "connection_type": "CONDITIONAL", "connection_index": 0, "label": "true", "conditions": {"output_key": "true"}},
             {"source_node_id": "start", "target_node_id": "call", "connection_type": "MAIN", "connection_index": 0, "label": "result", "conditions": {}},
             {"source_node_id": "start", "target_node_id": "merge", "connection_type": "MAIN", "connection_index": 1, "label": "result", "conditions": {}},
             {"source_node_id": "wait", "target_node_id": "merge", "connection_type": "MAIN", "connection_index": 0, "label": "result", "conditions": {}}]
            """,
            rows);
    }

    [Fact]
    public async Task A_save_replaces_the_rows_and_what_stays_keeps_its_id()
    {
        var user = await api.NewUserAsync();
        var document = Documents.Branching();
        var id = Guid.Parse(await user.CreatedAsync(document.DeepClone()));
        var before = await IdsAsync(id);

        document["nodes"]!.AsArray().RemoveAt(3);
        document["nodes"]![1]!["name"] = "Renamed";
        document["connections"] = new JsonArray(
            Documents.Connection("c1", "start", "if"), Documents.Connection("c2", "if", "call", "true"), Documents.Connection("new", "call", "merge"));
        document["nodes"]!.AsArray().Add(Documents.Node("added", "FLOW", "DELAY", new() { ["duration_seconds"] = 1 }));
        (await user.PutAsync(id.ToString(), document)).Expect(System.Net.HttpStatusCode.OK);

        var after = await IdsAsync(id);
        Assert.Equal(["added", "call", "if", "merge", "start"], after.Keys.Order(StringComparer.Ordinal));
        Assert.All(after.Keys.Intersect(before.Keys), node => Assert.Equal(before[node], after[node]));
        Assert.Equal("Renamed", await api.ScalarAsync<string>("SELECT name FROM nodes WHERE workflow_id = $1 AND node_id = 'call'", id));
        Assert.Equal(
            ["call-merge", "if-call", "start-if"],
            (await api.RowsAsync("SELECT source_node_id || '-' || target_node_id AS way FROM node_connections WHERE workflow_id = $1 ORDER BY 1", id))
                .Select(row => (string)row!["way"]!));
    }

    [Fact]
    public async Task The_same_node_id_in_two_workflows_is_two_rows()
    {
        var user = await api.NewUserAsync();
        var (one, other) = (await user.CreatedAsync(Documents.Minimal()), await user.CreatedAsync(Documents.Minimal()));

        Assert.NotEqual((await IdsAsync(Guid.Parse(one)))["start"], (await IdsAsync(Guid.Parse(other)))["start"]);
    }

    private async Task<Dictionary<string, string>> IdsAsync(Guid workflowId) =>
        (await api.RowsAsync("SELECT node_id, id FROM nodes WHERE workflow_id = $1", workflowId))
            .ToDictionary(row => (string)row!["node_id"]!, row => (string)row!["id"]!);

    private static void AssertSame(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual?.ToJsonString());
}
