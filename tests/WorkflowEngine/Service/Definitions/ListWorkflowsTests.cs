using System.Net;
using AiTeams.WorkflowEngine.Definitions;
using NpgsqlTypes;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Definitions;

[Collection(DefinitionApi.Name)]
public sealed class ListWorkflowsTests(DefinitionApi api)
{
    [Fact]
    public async Task The_newest_updated_comes_first_with_its_latest_run_and_without_its_document()
    {
        var user = await api.NewUserAsync();
        var first = await user.CreatedAsync(Documents.Minimal("First", "t"));
        var second = await user.CreatedAsync(Documents.Minimal("Second"));
        await SetUpdatedAsync(second, 1000);
        await api.ExecuteAsync(
            "UPDATE workflows SET latest_execution_id = 'e', latest_execution_status = 'SUCCESS', latest_execution_time = now() WHERE id = $1", Guid.Parse(first));

        var answer = (await user.GetAsync(TestUser.Workflows)).Expect(HttpStatusCode.OK).Json;

        var workflows = answer["workflows"]!.AsArray();
        Assert.Equal([first, second], workflows.Select(workflow => (string)workflow!["id"]!));
        var row = workflows[0]!.AsObject();
        Assert.Equal("First", (string)row["name"]!);
        Assert.Equal("SUCCESS", (string)row["latest_execution_status"]!);
        Assert.Equal("e", (string)row["latest_execution_id"]!);
        Assert.Equal(1, (int)row["version"]!);
        Assert.True((bool)row["active"]!);
        Assert.Equal("t", (string)row["tags"]![0]!);
        Assert.False(row.ContainsKey("nodes"));
        Assert.Null(answer["next_cursor"]);
    }

    [Fact]
    public async Task A_user_without_workflows_has_an_empty_list()
    {
        var user = await api.NewUserAsync();

        Assert.Equal("""{"workflows":[],"next_cursor":null}""", (await user.GetAsync(TestUser.Workflows)).Expect(HttpStatusCode.OK).Text);
    }

    [Fact]
    public async Task Filters_narrow_the_list_and_work_together()
    {
        var user = await api.NewUserAsync();
        await user.CreatedAsync(Documents.Minimal("Daily report", "daily", "mail"));
        await user.CreatedAsync(Documents.Minimal("Weekly report", "weekly").With(document => document["active"] = false));
        await user.CreatedAsync(Documents.Minimal("Other").With(document => document["metadata"]!["description"] = "a REPORT in disguise"));
        await api.ExecuteAsync("UPDATE workflows SET deployment_status = 'DEPLOYED' WHERE user_id = $1 AND name = 'Daily report'", user.Id);

        Assert.Equal(3, await CountAsync("?q=report"));
        Assert.Equal(1, await CountAsync("?q=weekly"));
        Assert.Equal(1, await CountAsync("?tag=daily"));
        Assert.Equal(0, await CountAsync("?tag=dail"));
        Assert.Equal(1, await CountAsync("?active=false"));
        Assert.Equal(2, await CountAsync("?active=true"));
        Assert.Equal(1, await CountAsync("?deployment_status=DEPLOYED"));
        Assert.Equal(1, await CountAsync("?q=report&active=true&tag=mail&deployment_status=DEPLOYED"));
        Assert.Equal(0, await CountAsync("?q=report&active=false&tag=mail"));
        Assert.Equal(3, await CountAsync("?q=&tag=&active=&limit="));

        async Task<int> CountAsync(string query) =>
            (await user.GetAsync(TestUser.Workflows + query)).Expect(HttpStatusCode.OK).Json["workflows"]!.AsArray().Count;
    }

    [Theory]
    [InlineData("50%", "50% done", "500 done")]
    [InlineData("a_b", "a_b", "axb")]
    [InlineData(@"c:\d", @"c:\d", "c:d")]
    public async Task A_search_means_its_characters(string words, string match, string other)
    {
        var user = await api.NewUserAsync();
        var found = await user.CreatedAsync(Documents.Minimal(match));
        await user.CreatedAsync(Documents.Minimal(other));

        var answer = (await user.GetAsync($"{TestUser.Workflows}?q={Uri.EscapeDataString(words)}")).Json;

        Assert.Equal(found, (string)Assert.Single(answer["workflows"]!.AsArray())!["id"]!);
    }

    [Fact]
    public async Task Pages_follow_each_other_also_where_times_are_equal()
    {
        var user = await api.NewUserAsync();
        var ids = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            ids.Add(await user.CreatedAsync(Documents.Minimal($"{i}")));
        }
        await api.ExecuteAsync("UPDATE workflows SET updated_at = 5000 WHERE user_id = $1", user.Id);

        Assert.Equal(ids.Order(StringComparer.Ordinal).Reverse(), await WalkAsync(user, limit: 3));
    }

    [Fact]
    public async Task What_nobody_touches_is_seen_exactly_once_while_the_rest_is_being_saved()
    {
        var user = await api.NewUserAsync();
        var quiet = new List<string>();
        var busy = new List<string>();
        for (var i = 0; i < 16; i++)
        {
            (i % 2 == 0 ? quiet : busy).Add(await user.CreatedAsync(Documents.Minimal($"{i}")));
        }

        var round = 0;
        var seen = await WalkAsync(user, limit: 3, betweenPages: async () =>
        {
            round++;
            await Task.WhenAll(busy.Select(id => user.PutAsync(id, Documents.Minimal($"{id} {round}"))));
        });

        Assert.True(round > 1);
        Assert.Equal(quiet.Order(StringComparer.Ordinal), seen.Where(quiet.Contains).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("limit=1&limit=2", "limit")]
    [InlineData("active=yes", "active")]
    [InlineData("cursor=AAAA", "cursor")]
    [InlineData("cursor=%00", "cursor")]
    [InlineData("q=%00", "q")]
    public async Task A_bad_parameter_is_named(string query, string name)
    {
        var user = await api.NewUserAsync();

        var refused = (await user.GetAsync($"{TestUser.Workflows}?{query}")).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed");

        Assert.Equal([$"invalid_query_parameter /query/{name}"], refused.Problems);
    }

    [Fact]
    public async Task All_bad_parameters_are_named_at_once()
    {
        var user = await api.NewUserAsync();

        var refused = (await user.GetAsync($"{TestUser.Workflows}?limit=x&active=x&cursor=x")).Expect(HttpStatusCode.UnprocessableEntity);

        Assert.Equal(3, refused.Problems.Length);
    }

    [Fact]
    public async Task A_cursor_that_was_altered_is_refused()
    {
        var user = await api.NewUserAsync();
        await user.CreatedAsync(Documents.Minimal("1"));
        await user.CreatedAsync(Documents.Minimal("2"));
        var cursor = (string)(await user.GetAsync($"{TestUser.Workflows}?limit=1")).Json["next_cursor"]!;

        for (var i = 0; i < cursor.Length; i += 5)
        {
            var altered = $"{cursor[..i]}{(cursor[i] == 'A' ? 'B' : 'A')}{cursor[(i + 1)..]}";
            var refused = (await user.GetAsync($"{TestUser.Workflows}?cursor={altered}")).Expect(HttpStatusCode.UnprocessableEntity);
            Assert.Equal(["invalid_query_parameter /query/cursor"], refused.Problems);
        }
        (await user.GetAsync($"{TestUser.Executions}?cursor={cursor}")).Expect(HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2000L)]
    public async Task A_page_reads_its_index_and_neither_sorts_nor_scans(long? after)
    {
        var user = await api.NewUserAsync();

        var plan = await api.ExplainAsync(
            user.Id,
            $$"""
            INSERT INTO workflows (user_id, name, workflow_data, updated_at) SELECT '{{user.Id}}', 'n' || i, '{}', i FROM generate_series(1, 3000) i;
            INSERT INTO auth.users (email, encrypted_password) SELECT 'plan' || i, '-' FROM generate_series(1, 50) i;
            INSERT INTO workflows (user_id, name, workflow_data, updated_at)
                SELECT u.id, 'n' || i, '{}', i FROM auth.users u, generate_series(1, 100) i WHERE u.email LIKE 'plan%';
            ANALYZE workflows;
            """,
            ListWorkflows.Sql,
            Plans.Argument(NpgsqlDbType.Uuid, user.Id), Plans.Argument(NpgsqlDbType.Bigint, after), Plans.Argument(NpgsqlDbType.Uuid, Guid.NewGuid()),
            Plans.Argument(NpgsqlDbType.Boolean), Plans.Argument(NpgsqlDbType.Text), Plans.Argument(NpgsqlDbType.Text), Plans.Argument(NpgsqlDbType.Text),
            Plans.Argument(NpgsqlDbType.Integer, 21));

        Assert.Contains("idx_workflows_user_id", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    private Task SetUpdatedAsync(string id, long updatedAt) =>
        api.ExecuteAsync("UPDATE workflows SET updated_at = $2 WHERE id = $1", Guid.Parse(id), updatedAt);

    private static async Task<List<string>> WalkAsync(TestUser user, int limit, Func<Task>? betweenPages = null)
    {
        var seen = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = (await user.GetAsync($"{TestUser.Workflows}?limit={limit}&cursor={cursor}")).Expect(HttpStatusCode.OK).Json;
            seen.AddRange(page["workflows"]!.AsArray().Select(workflow => (string)workflow!["id"]!));
            Assert.True(seen.Count < 1000, "The list does not end.");
            cursor = (string?)page["next_cursor"];
            if (cursor is null)
            {
                return seen;
            }
            await (betweenPages?.Invoke() ?? Task.CompletedTask);
        }
    }
}
