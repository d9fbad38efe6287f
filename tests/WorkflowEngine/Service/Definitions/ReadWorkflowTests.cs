using System.Net;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Definitions;

[Collection(DefinitionApi.Name)]
public sealed class ReadWorkflowTests(DefinitionApi api)
{
    [Fact]
    public async Task What_the_client_already_has_is_not_sent_again()
    {
        var user = await api.NewUserAsync();
        var created = await user.CreateAsync(Documents.Minimal());
        var path = $"{TestUser.Workflows}/{created.Json["id"]}";

        var fresh = (await user.GetAsync(path, ("If-None-Match", created.Tag))).Expect(HttpStatusCode.NotModified);

        Assert.Empty(fresh.Text);
        Assert.Equal(created.Tag, fresh.Tag);
        (await user.GetAsync(path, ("If-None-Match", $"\"other\", W/{created.Tag}"))).Expect(HttpStatusCode.NotModified);
        (await user.GetAsync(path, ("If-None-Match", "*"))).Expect(HttpStatusCode.NotModified);
        (await user.GetAsync(path, ("If-None-Match", "\"other\""))).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_latest_run_is_part_of_the_answer_and_of_its_tag()
    {
        var user = await api.NewUserAsync();
        var created = await user.CreateAsync(Documents.Minimal());
        var id = (string)created.Json["id"]!;
        await api.ExecuteAsync(
            """
            UPDATE workflows SET latest_execution_id = 'exec-9', latest_execution_status = 'ERROR', latest_execution_time = '2026-03-01T10:00:00Z'
            WHERE id = $1
            """,
            Guid.Parse(id));

        var read = (await user.GetAsync($"{TestUser.Workflows}/{id}", ("If-None-Match", created.Tag))).Expect(HttpStatusCode.OK);

        Assert.Equal("exec-9", (string)read.Json["latest_execution_id"]!);
        Assert.Equal("ERROR", (string)read.Json["latest_execution_status"]!);
        var moment = DateTimeOffset.Parse("2026-03-01T10:00:00Z", null);
        Assert.Equal(moment, DateTimeOffset.Parse((string)read.Json["latest_execution_time"]!, null));
        Assert.Equal(moment.ToUnixTimeMilliseconds(), (long)read.Json["metadata"]!["last_execution_time"]!);
    }

    [Fact]
    public async Task A_read_is_one_round_trip()
    {
        var user = await api.NewUserAsync();
        var id = await user.CreatedAsync(Documents.Minimal());
        using var trips = new RoundTrips();

        (await user.GetAsync($"{TestUser.Workflows}/{id}", trips.Header)).Expect(HttpStatusCode.OK);
        Assert.Equal(1, trips.Take());

        (await user.CreateAsync(Documents.Branching(), trips.Header, ("Idempotency-Key", "trip"))).Expect(HttpStatusCode.Created);
        Assert.Equal(1, trips.Take());

        (await user.GetAsync(TestUser.Workflows, trips.Header)).Expect(HttpStatusCode.OK);
        Assert.Equal(1, trips.Take());
    }
}
