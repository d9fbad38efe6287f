using System.Net;
using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.WorkflowEngine.Events;
using AiTeams.WorkflowEngine.Tests.Definitions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Events;

/// <summary>Following an execution's log.</summary>
[Collection(DefinitionApi.Name)]
public sealed class FollowEventsTests(DefinitionApi api)
{
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_watcher_with_nothing_to_catch_up_on_hears_at_once_that_the_execution_is_there()
    {
        var (user, execution) = await SleepingAsync();
        using var stop = new CancellationTokenSource();
        await using var events = Follow(user, execution, after: 1_000_000, stop.Token);

        // With a keep-alive of a day, only the sign at the beginning can come.
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(Patience));
        Assert.Null(events.Current);
        await stop.CancelAsync();
    }

    [Fact]
    public async Task Another_users_execution_is_not_there_before_anything_is_told()
    {
        var (_, execution) = await SleepingAsync();
        await using var events = Follow(await api.NewUserAsync(), execution, after: 0, CancellationToken.None);

        Assert.Equal(404, (await Assert.ThrowsAsync<ProblemException>(async () => await events.MoveNextAsync())).Status);
    }

    [Fact]
    public async Task Three_watchers_of_one_execution_all_see_its_whole_story_once()
    {
        var user = await api.NewUserAsync();
        var document = Documents.Minimal();
        document["nodes"]!.AsArray().Add(Documents.Node("sleep", "FLOW", "DELAY", new() { ["duration_seconds"] = 0.5 }));
        document["connections"]!.AsArray().Add(Documents.Connection("c1", "start", "sleep"));
        var execution = await StartedAsync(user, document);

        var stories = await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            var story = new List<long>();
            await using var events = Follow(user, execution, after: 0, CancellationToken.None);
            while (await events.MoveNextAsync().AsTask().WaitAsync(Patience))
            {
                story.AddRange(events.Current is { } item ? [item.Sequence] : []);
            }

            return story;
        }));

        Assert.All(stories, story => Assert.Equal(Enumerable.Range(1, story.Count).Select(n => (long)n), story));
        Assert.Single(stories.Select(story => story.Count).Distinct());
    }

    private async Task<(TestUser User, string Execution)> SleepingAsync()
    {
        var user = await api.NewUserAsync();
        var document = Documents.Minimal();
        document["nodes"]!.AsArray().Add(Documents.Node("sleep", "FLOW", "DELAY", new() { ["duration_seconds"] = 3600 }));
        document["connections"]!.AsArray().Add(Documents.Connection("c1", "start", "sleep"));
        return (user, await StartedAsync(user, document));
    }

    private static async Task<string> StartedAsync(TestUser user, JsonObject document) =>
        (string)(await user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{await user.CreatedAsync(document)}/executions", new JsonObject()))
            .Expect(HttpStatusCode.Accepted).Json["execution_id"]!;

    private IAsyncEnumerator<ExecutionEvent?> Follow(TestUser user, string execution, long after, CancellationToken cancellationToken) =>
        api.Host.Services.GetRequiredService<ExecutionEventLog>()
            .FollowAsync(Caller.For(user.Id), execution, after, Never, cancellationToken).GetAsyncEnumerator(cancellationToken);
}
