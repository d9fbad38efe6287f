using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Definitions;

[Collection(DefinitionApi.Name)]
public sealed class VersionTests(DefinitionApi api)
{
    [Fact]
    public async Task Every_save_is_a_version_newest_first()
    {
        var user = await api.NewUserAsync();
        var id = await SavedAsync(user, 3);

        var answer = (await user.GetAsync($"{TestUser.Workflows}/{id}/versions")).Expect(HttpStatusCode.OK).Json;

        var versions = answer["versions"]!.AsArray();
        Assert.Equal([3, 2, 1], versions.Select(version => (int)version!["number"]!));
        Assert.Equal([true, false, false], versions.Select(version => (bool)version!["latest"]!));
        Assert.All(versions, version => Assert.Equal(user.Id.ToString(), (string)version!["created_by"]!));
        Assert.Null(answer["next_cursor"]);
    }

    [Fact]
    public async Task Versions_come_in_pages()
    {
        var user = await api.NewUserAsync();
        var id = await SavedAsync(user, 5);

        var seen = new List<int>();
        string? cursor = null;
        do
        {
            var page = (await user.GetAsync($"{TestUser.Workflows}/{id}/versions?limit=2&cursor={cursor}")).Expect(HttpStatusCode.OK).Json;
            seen.AddRange(page["versions"]!.AsArray().Select(version => (int)version!["number"]!));
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);

        Assert.Equal([5, 4, 3, 2, 1], seen);
    }

    [Fact]
    public async Task A_version_keeps_its_document_whatever_comes_later()
    {
        var user = await api.NewUserAsync();
        var id = await SavedAsync(user, 3);

        var first = (await user.GetAsync($"{TestUser.Workflows}/{id}/versions/1")).Expect(HttpStatusCode.OK).Json;

        Assert.Equal(1, (int)first["number"]!);
        Assert.True(JsonNode.DeepEquals(Documents.Minimal("1"), first["document"]), first.ToJsonString());
    }

    [Fact]
    public async Task Restoring_makes_the_old_document_a_new_version()
    {
        var user = await api.NewUserAsync();
        var id = await SavedAsync(user, 3);

        var restored = (await user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{id}/versions/1/restore")).Expect(HttpStatusCode.OK);

        Assert.Equal(4, (int)restored.Json["version"]!);
        Assert.Equal("1", (string)restored.Json["metadata"]!["name"]!);
        Assert.Equal("1", await api.ScalarAsync<string>("SELECT name FROM workflows WHERE id = $1", Guid.Parse(id)));
        Assert.Equal(4L, await api.ScalarAsync<long>("SELECT count(*) FROM workflow_versions WHERE workflow_id = $1", Guid.Parse(id)));
    }

    [Fact]
    public async Task Restoring_the_current_document_changes_nothing()
    {
        var user = await api.NewUserAsync();
        var id = await SavedAsync(user, 2);

        Assert.Equal(2, (int)(await user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{id}/versions/2/restore")).Expect(HttpStatusCode.OK).Json["version"]!);
    }

    [Fact]
    public async Task Restoring_based_on_an_older_state_is_refused()
    {
        var user = await api.NewUserAsync();
        var created = await user.CreateAsync(Documents.Minimal("1"));
        var id = (string)created.Json["id"]!;
        await user.PutAsync(id, Documents.Minimal("2"));

        (await user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{id}/versions/1/restore", body: null, ("If-Match", created.Tag)))
            .ExpectProblem(HttpStatusCode.PreconditionFailed, "precondition_failed");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("9")]
    [InlineData("-1")]
    [InlineData("one")]
    [InlineData("99999999999999999999")]
    public async Task A_version_that_never_was_is_not_found(string number)
    {
        var user = await api.NewUserAsync();
        var id = await user.CreatedAsync(Documents.Minimal());

        (await user.GetAsync($"{TestUser.Workflows}/{id}/versions/{number}")).ExpectProblem(HttpStatusCode.NotFound, "not_found");
        (await user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{id}/versions/{number}/restore")).ExpectProblem(HttpStatusCode.NotFound, "not_found");
    }

    private static async Task<string> SavedAsync(TestUser user, int times)
    {
        var id = await user.CreatedAsync(Documents.Minimal("1"));
        for (var i = 2; i <= times; i++)
        {
            (await user.PutAsync(id, Documents.Minimal($"{i}"))).Expect(HttpStatusCode.OK);
        }
        return id;
    }
}
