using AiTeams.WorkflowEngine.Fairness;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Fairness;

public sealed class FairQueueTests
{
    private static readonly Guid Ada = Guid.NewGuid();
    private static readonly Guid Bob = Guid.NewGuid();
    private static readonly Guid Workflow = Guid.NewGuid();

    [Fact]
    public async Task While_there_is_room_nobody_waits()
    {
        var queue = new FairQueue(new(2, 2, 2));

        using var first = Done(queue.EnterAsync(Ada, Workflow, default));
        using var second = Done(queue.EnterAsync(Ada, Workflow, default));
        var third = queue.EnterAsync(Ada, Workflow, default);

        Assert.False(third.IsCompleted);
        Assert.Equal(1, queue.Waiting);
        second.Dispose();
        (await third).Dispose();
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public async Task Places_go_to_the_users_in_turn_however_many_wait_for_one()
    {
        var queue = new FairQueue(new(1, 1_000, 1_000));
        var order = new List<Guid>();
        var place = Done(queue.EnterAsync(Ada, Workflow, default));
        var flood = Enumerable.Range(0, 100).Select(_ => TakeAsync(queue, Ada, Workflow, order)).ToArray();
        var few = Enumerable.Range(0, 2).Select(_ => TakeAsync(queue, Bob, Workflow, order)).ToArray();

        place.Dispose();
        await Task.WhenAll([.. flood, .. few]);

        Assert.Equal([Ada, Bob, Ada, Bob, Ada], order.Take(5));
        Assert.Equal(102, order.Count);
    }

    [Fact]
    public async Task A_user_at_their_limit_leaves_the_rest_to_others()
    {
        var queue = new FairQueue(new(10, 2, 10));
        using var first = Done(queue.EnterAsync(Ada, Workflow, default));
        var second = Done(queue.EnterAsync(Ada, Workflow, default));
        var waiting = queue.EnterAsync(Ada, Guid.NewGuid(), default);

        using var other = Done(queue.EnterAsync(Bob, Workflow, default));

        Assert.False(waiting.IsCompleted);
        second.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task A_workflow_at_its_limit_does_not_hold_up_another_one_of_the_same_user()
    {
        var queue = new FairQueue(new(10, 10, 1));
        var busy = Done(queue.EnterAsync(Ada, Workflow, default));
        var waiting = queue.EnterAsync(Ada, Workflow, default);

        using var other = Done(queue.EnterAsync(Ada, Guid.NewGuid(), default));

        Assert.False(waiting.IsCompleted);
        busy.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_no_place_from_anybody()
    {
        var queue = new FairQueue(new(1, 1, 1));
        using var enough = new CancellationTokenSource();
        var place = Done(queue.EnterAsync(Ada, Workflow, default));
        var given = queue.EnterAsync(Ada, Workflow, enough.Token).AsTask();
        var next = queue.EnterAsync(Bob, Workflow, default);

        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        place.Dispose();

        (await next).Dispose();
        Done(queue.EnterAsync(Ada, Workflow, default)).Dispose();
    }

    [Fact]
    public async Task Never_more_at_once_than_the_limits_and_everybody_gets_through()
    {
        var limits = new FairLimits(5, 3, 2);
        var queue = new FairQueue(limits);
        var users = Enumerable.Range(0, 4).Select(_ => Guid.NewGuid()).ToArray();
        var workflows = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).ToArray();
        var active = new List<(Guid User, Guid Workflow)>();
        var passed = 0;

        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(number => Task.Run(async () =>
        {
            var who = (users[number % 4], workflows[number / 4 % 3]);
            using var place = await queue.EnterAsync(who.Item1, who.Item2, default);
            lock (active)
            {
                active.Add(who);
                Assert.True(active.Count <= limits.PerProcess);
                Assert.True(active.Count(one => one.User == who.Item1) <= limits.PerUser);
                Assert.True(active.Count(one => one == who) <= limits.PerWorkflow);
            }

            await Task.Yield();
            lock (active)
            {
                Assert.True(active.Remove(who));
                passed++;
            }
        })));

        Assert.Equal(2_000, passed);
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public void A_limit_that_lets_nobody_through_is_refused()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Limits:PerUser", "0")]).Build();

        Assert.Contains("Limits:PerUser", Assert.Throws<InvalidOperationException>(
            () => FairLimits.From(configuration.GetSection("Limits"), new(1, 1, 1))).Message, StringComparison.Ordinal);
    }

    private static FairPlace Done(ValueTask<FairPlace> place)
    {
        Assert.True(place.IsCompletedSuccessfully);
        return place.Result;
    }

    private static async Task TakeAsync(FairQueue queue, Guid user, Guid workflow, List<Guid> order)
    {
        using var place = await queue.EnterAsync(user, workflow, default);
        lock (order)
        {
            order.Add(user);
        }
    }
}
