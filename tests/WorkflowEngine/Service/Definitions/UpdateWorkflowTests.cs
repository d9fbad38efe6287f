using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Definitions;

[Collection(DefinitionApi.Name)]
public sealed class UpdateWorkflowTests(DefinitionApi api)
{
    [Fact]
    public async Task A_changed_document_is_the_next_version()
    {
        var user = await api.NewUserAsync();
        var created = (await user.CreateAsync(Documents.Minimal("Before"))).Expect(HttpStatusCode.Created);

        var updated = (await user.PutAsync((string)created.Json["id"]!, Documents.Branching("After"))).Expect(HttpStatusCode.OK);

        Assert.Equal(2, (int)updated.Json["version"]!);
        Assert.Equal("2.0.0", (string)updated.Json["metadata"]!["version"]!);
        Assert.Equal("After", (string)updated.Json["metadata"]!["name"]!);
        Assert.Equal((long)created.Json["created_at"]!, (long)updated.Json["created_at"]!);
        Assert.True((long)updated.Json["updated_at"]! >= (long)created.Json["updated_at"]!);
        Assert.NotEqual(created.Tag, updated.Tag);
        Assert.Equal(updated.Tag, (await user.GetAsync($"{TestUser.Workflows}/{created.Json["id"]}")).Tag);
    }

    [Fact]
    public async Task Sending_back_what_was_read_changes_nothing()
    {
        var user = await api.NewUserAsync();
        var id = await user.CreatedAsync(Documents.Branching());
        var read = await user.GetAsync($"{TestUser.Workflows}/{id}");

        var updated = (await user.PutAsync(id, read.Json)).Expect(HttpStatusCode.OK);

        Assert.Equal(read.Tag, updated.Tag);
        Assert.Equal(1, (int)updated.Json["version"]!);
        Assert.Equal(1L, await api.ScalarAsync<long>("SELECT count(*) FROM workflow_versions WHERE workflow_id = $1", Guid.Parse(id)));
        Assert.Equal(1L, await api.ScalarAsync<long>("SELECT count(*) FROM messaging.outbox WHERE payload ->> 'workflow_id' = $1", id));
    }

    [Fact]
    public async Task The_order_of_members_is_no_change()
    {
        var user = await api.NewUserAsync();
        var document = Documents.Minimal();
        var id = await user.CreatedAsync(document.DeepClone());
        var reordered = new JsonObject([.. document.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))]);

        Assert.Equal(1, (int)(await user.PutAsync(id, reordered)).Expect(HttpStatusCode.OK).Json["version"]!);
    }

    [Fact]
    public async Task Each_save_is_announced_with_its_version()
    {
        var user = await api.NewUserAsync();
        var id = await user.CreatedAsync(Documents.Minimal("1"));

        await user.PutAsync(id, Documents.Minimal("2"));
        await user.PutAsync(id, Documents.Minimal("3"));

        var versions = await api.RowsAsync(
            "SELECT payload ->> 'version' AS version FROM messaging.outbox WHERE payload ->> 'workflow_id' = $1 AND type = 'WorkflowSaved' ORDER BY seq", id);
        Assert.Equal(["1", "2", "3"], versions.Select(row => (string)row!["version"]!));
    }

    [Fact]
    public async Task If_match_with_the_current_tag_saves_and_with_an_older_one_is_refused()
    {
        var user = await api.NewUserAsync();
        var created = await user.CreateAsync(Documents.Minimal("1"));
        var id = (string)created.Json["id"]!;

        var second = (await user.PutAsync(id, Documents.Minimal("2"), ("If-Match", created.Tag))).Expect(HttpStatusCode.OK);
        (await user.PutAsync(id, Documents.Minimal("3"), ("If-Match", created.Tag))).ExpectProblem(HttpStatusCode.PreconditionFailed, "precondition_failed");

        Assert.Equal("2", (string)(await user.GetAsync($"{TestUser.Workflows}/{id}")).Json["metadata"]!["name"]!);
        (await user.PutAsync(id, Documents.Minimal("3"), ("If-Match", $"\"unknown\", {second.Tag}"))).Expect(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("*", HttpStatusCode.OK)]
    [InlineData("\"nonsense\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("not even a tag", HttpStatusCode.PreconditionFailed)]
    [InlineData("", HttpStatusCode.PreconditionFailed)]
    public async Task If_match_is_taken_at_its_word(string header, HttpStatusCode expected)
    {
        var user = await api.NewUserAsync();
        var id = await user.CreatedAsync(Documents.Minimal());

        (await user.PutAsync(id, Documents.Minimal("Changed"), ("If-Match", header))).Expect(expected);
    }

    [Fact]
    public async Task A_weak_tag_never_matches()
    {
        var user = await api.NewUserAsync();
        var created = await user.CreateAsync(Documents.Minimal());

        (await user.PutAsync((string)created.Json["id"]!, Documents.Minimal("Changed"), ("If-Match", $"W/{created.Tag}"))).Expect(HttpStatusCode.PreconditionFailed);
    }

    [Fact]
    public async Task A_run_does_not_make_an_open_editor_stale()
    {
        var user = await api.NewUserAsync();
        var created = await user.CreateAsync(Documents.Minimal());
        var id = (string)created.Json["id"]!;
        await api.ExecuteAsync(
            "UPDATE workflows SET latest_execution_id = 'e1', latest_execution_status = 'SUCCESS', latest_execution_time = now() WHERE id = $1", Guid.Parse(id));

        Assert.NotEqual(created.Tag, (await user.GetAsync($"{TestUser.Workflows}/{id}")).Tag);
        (await user.PutAsync(id, Documents.Minimal("Changed"), ("If-Match", created.Tag))).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Of_ten_saves_based_on_the_same_version_one_wins()
    {
        var user = await api.NewUserAsync();
        var created = await user.CreateAsync(Documents.Minimal());
        var id = (string)created.Json["id"]!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => user.PutAsync(id, Documents.Minimal($"by {i}"), ("If-Match", created.Tag))));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(9, answers.Count(answer => answer.Status == HttpStatusCode.PreconditionFailed));
        Assert.Equal(2L, await api.ScalarAsync<long>("SELECT count(*) FROM workflow_versions WHERE workflow_id = $1", Guid.Parse(id)));
    }

    [Fact]
    public async Task Without_if_match_every_concurrent_save_becomes_a_version_and_the_last_one_stays()
    {
        var user = await api.NewUserAsync();
        var id = await user.CreatedAsync(Documents.Minimal());

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => user.PutAsync(id, Documents.Minimal($"by {i}"))));

        Assert.All(answers, answer => answer.Expect(HttpStatusCode.OK));
        Assert.Equal([2, 3, 4, 5, 6, 7], answers.Select(answer => (int)answer.Json["version"]!).Order());
        var last = answers.MaxBy(answer => (int)answer.Json["version"]!)!;
        Assert.Equal((string)last.Json["metadata"]!["name"]!, (string)(await user.GetAsync($"{TestUser.Workflows}/{id}")).Json["metadata"]!["name"]!);
        Assert.Equal((string)last.Json["metadata"]!["name"]!, await api.ScalarAsync<string>("SELECT name FROM workflows WHERE id = $1", Guid.Parse(id)));
    }

    [Fact]
    public async Task An_invalid_document_leaves_the_stored_one_alone()
    {
        var user = await api.NewUserAsync();
        var created = await user.CreateAsync(Documents.Minimal());
        var id = (string)created.Json["id"]!;

        (await user.PutAsync(id, Documents.Minimal(""))).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed");

        Assert.Equal(created.Tag, (await user.GetAsync($"{TestUser.Workflows}/{id}")).Tag);
    }
}
