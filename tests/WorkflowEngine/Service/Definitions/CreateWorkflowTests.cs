using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Definitions;

[Collection(DefinitionApi.Name)]
public sealed class CreateWorkflowTests(DefinitionApi api)
{
    [Fact]
    public async Task A_created_workflow_is_answered_with_where_it_is_and_its_tag()
    {
        var user = await api.NewUserAsync();

        var created = (await user.CreateAsync(Documents.Branching("First"))).Expect(HttpStatusCode.Created);

        var id = (string)created.Json["id"]!;
        Assert.Equal($"/api/v1/app/workflows/{id}", created.Headers.Location!.ToString());
        Assert.NotNull(created.Headers.ETag);
        Assert.Equal(1, (int)created.Json["version"]!);
        Assert.Empty(created.Json["warnings"]!.AsArray());
        var metadata = created.Json["metadata"]!;
        Assert.Equal(id, (string)metadata["id"]!);
        Assert.Equal(user.Id.ToString(), (string)metadata["created_by"]!);
        Assert.Equal("1.0.0", (string)metadata["version"]!);
        Assert.Equal((long)created.Json["created_at"]!, (long)metadata["created_time"]!);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Assert.InRange((long)created.Json["created_at"]!, now - 60_000, now + 60_000);
    }

    [Fact]
    public async Task What_was_written_is_read_back_and_nothing_else_is_changed()
    {
        var user = await api.NewUserAsync();
        var document = Documents.Branching("Kept");
        document["variables"] = new JsonObject { ["limit"] = 12345678901234, ["ratio"] = 0.1, ["none"] = null };
        document["settings"] = new JsonObject { ["timezone"] = "UTC", ["timeout"] = 60 };
        document["static_data"] = new JsonObject { ["seen"] = 3 };
        document["pin_data"] = new JsonObject { ["call"] = new JsonObject { ["result"] = 1 } };
        document["my_own_field"] = new JsonArray(1, "two", false);

        var id = await user.CreatedAsync(document.DeepClone());

        var read = (await user.GetAsync($"{TestUser.Workflows}/{id}")).Expect(HttpStatusCode.OK).Json;
        foreach (var (name, value) in document)
        {
            if (name != "metadata")
            {
                Assert.True(JsonNode.DeepEquals(value, read[name]), $"{name}: {value?.ToJsonString()} became {read[name]?.ToJsonString()}");
            }
        }
        Assert.Equal("Kept", (string)read["metadata"]!["name"]!);
        Assert.False(read.ContainsKey("warnings"));
    }

    [Fact]
    public async Task The_columns_say_what_the_document_says()
    {
        var user = await api.NewUserAsync();
        var document = Documents.Minimal("Columns", "x", "y");
        document["metadata"]!["description"] = "about it";
        document["metadata"]!["icon_url"] = "https://example.com/i.png";
        document["active"] = false;
        document["settings"] = new JsonObject { ["timeout"] = 60 };

        var id = await user.CreatedAsync(document);

        var row = (await api.RowsAsync(
            "SELECT user_id, name, description, icon_url, tags, active, settings, static_data, latest_version, version FROM workflows WHERE id = $1",
            Guid.Parse(id)))[0]!;
        var expected = JsonNode.Parse(
            $$"""
            {"user_id": "{{user.Id}}", "name": "Columns", "description": "about it", "icon_url": "https://example.com/i.png",
             "tags": ["x", "y"], "active": false, "settings": {"timeout": 60}, "static_data": null, "latest_version": 1, "version": "1.0.0"}
            """);
        Assert.True(JsonNode.DeepEquals(expected, row), row.ToJsonString());
    }

    [Fact]
    public async Task What_the_server_keeps_cannot_be_set_by_the_author()
    {
        var user = await api.NewUserAsync();
        var document = Documents.Minimal();
        document["id"] = Guid.NewGuid().ToString();
        document["version"] = 99;
        document["created_at"] = 1;
        document["latest_execution_status"] = "SUCCESS";
        document["metadata"]!["id"] = "mine";
        document["metadata"]!["created_by"] = Guid.NewGuid().ToString();
        document["metadata"]!["deployment_status"] = "DEPLOYED";
        document["metadata"]!["version"] = 7;

        var created = (await user.CreateAsync(document.DeepClone())).Expect(HttpStatusCode.Created).Json;

        Assert.NotEqual((string)document["id"]!, (string)created["id"]!);
        Assert.Equal(1, (int)created["version"]!);
        Assert.Equal("IDLE", (string)created["latest_execution_status"]!);
        Assert.Equal("IDLE", (string)created["metadata"]!["deployment_status"]!);
        Assert.Equal(user.Id.ToString(), (string)created["metadata"]!["created_by"]!);
    }

    [Fact]
    public async Task Saving_is_announced_in_the_same_transaction()
    {
        var user = await api.NewUserAsync();

        var id = await user.CreatedAsync(Documents.Minimal());

        var events = await api.RowsAsync("SELECT type, service, payload FROM messaging.outbox WHERE payload ->> 'workflow_id' = $1", id);
        var saved = Assert.Single(events)!;
        Assert.Equal("WorkflowSaved", (string)saved["type"]!);
        Assert.Equal("workflow_engine_service", (string)saved["service"]!);
        Assert.Equal(1, (int)saved["payload"]!["version"]!);
        Assert.Equal(user.Id.ToString(), (string)saved["payload"]!["user_id"]!);
    }

    [Theory]
    [InlineData("Robert'); DROP TABLE workflows;--")]
    [InlineData("\" OR 1=1 --")]
    [InlineData("%_\\{}$1 :name @name {{ $json }}")]
    [InlineData("Ранковий огляд ☕ 朝の要約 🧑‍🚀")]
    [InlineData("\u202Eright to left\u0007bell\ttab\nline")]
    public async Task Any_name_is_only_a_name(string name)
    {
        var user = await api.NewUserAsync();

        var id = await user.CreatedAsync(Documents.Minimal(name, name));

        var read = (await user.GetAsync($"{TestUser.Workflows}/{id}")).Json;
        Assert.Equal(name, (string)read["metadata"]!["name"]!);
        Assert.Equal(name, (string)read["metadata"]!["tags"]![0]!);
        var found = (await user.GetAsync($"{TestUser.Workflows}?q={Uri.EscapeDataString(name)}&tag={Uri.EscapeDataString(name)}")).Json;
        Assert.Equal(id, (string)Assert.Single(found["workflows"]!.AsArray())!["id"]!);
    }

    [Fact]
    public async Task A_name_of_255_characters_fits_and_one_more_does_not()
    {
        var user = await api.NewUserAsync();

        (await user.CreateAsync(Documents.Minimal(new string('й', 255)))).Expect(HttpStatusCode.Created);

        var refused = (await user.CreateAsync(Documents.Minimal(new string('й', 256)))).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.Contains("too_long /metadata/name", refused.Problems);
    }

    [Fact]
    public async Task A_document_of_a_megabyte_is_stored_and_read_back()
    {
        var user = await api.NewUserAsync();
        var document = Documents.Minimal("Large");
        document["nodes"]![0]!["notes"] = new string('n', 1_000_000);

        var id = await user.CreatedAsync(document);

        var read = (await user.GetAsync($"{TestUser.Workflows}/{id}")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(1_000_000, ((string)read["nodes"]![0]!["notes"]!).Length);
    }

    [Fact]
    public async Task A_hundred_nodes_in_a_row_are_one_request()
    {
        var user = await api.NewUserAsync();
        var document = Documents.Minimal("Long");
        for (var i = 0; i < 100; i++)
        {
            document["nodes"]!.AsArray().Add(Documents.Node($"n{i}", "FLOW", "DELAY", new() { ["duration_seconds"] = 1 }));
            document["connections"]!.AsArray().Add(Documents.Connection($"c{i}", i == 0 ? "start" : $"n{i - 1}", $"n{i}"));
        }

        var id = await user.CreatedAsync(document);

        Assert.Equal(101L, await api.ScalarAsync<long>("SELECT count(*) FROM nodes WHERE workflow_id = $1", Guid.Parse(id)));
        Assert.Equal(100L, await api.ScalarAsync<long>("SELECT count(*) FROM node_connections WHERE workflow_id = $1", Guid.Parse(id)));
    }

    [Fact]
    public async Task A_token_of_a_deleted_account_creates_nothing()
    {
        var ghost = new TestUser(Guid.NewGuid(), api.Host.ClientOf(Guid.NewGuid()));

        (await ghost.CreateAsync(Documents.Minimal())).ExpectProblem(HttpStatusCode.Unauthorized, "unauthorized");
        (await ghost.CreateAsync(Documents.Minimal(), ("Idempotency-Key", "k"))).ExpectProblem(HttpStatusCode.Unauthorized, "unauthorized");
    }
}
