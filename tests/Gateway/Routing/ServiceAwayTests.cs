using System.Net.Http.Json;
using System.Text.Json;
using AiTeams.Gateway.Tests.Fakes;
using AiTeams.Testing;
using Microsoft.AspNetCore.Http;

namespace AiTeams.Gateway.Tests.Routing;

public sealed class ServiceAwayTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    [Fact]
    public async Task A_service_that_is_away_is_503_until_it_is_back()
    {
        var (host, addresses) = await StartAsync(replicas: 1);
        using var client = host.ClientOf(Guid.NewGuid());

        var away = await client.GetAsync("/api/v1/app/memory/facts");
        await away.AssertProblemAsync(503, "service_unavailable");
        Assert.Equal(TimeSpan.FromSeconds(1), away.Headers.RetryAfter?.Delta);

        await using (await FakeService.StartAsync("memory", addresses[0]))
        {
            Assert.Equal(200, (int)(await client.GetAsync("/api/v1/app/memory/facts")).StatusCode);
        }

        await (await client.PostAsJsonAsync("/api/v1/app/memory/facts", new { })).AssertProblemAsync(503, "service_unavailable");
        Assert.Equal(200, (int)(await client.GetAsync("/health")).StatusCode);
    }

    [Fact]
    public async Task A_service_nobody_configured_is_503_too()
    {
        var host = await environment.NewHostAsync<Program>(new ServiceOptions
        {
            Needs = [Server.Postgres],
            Settings = new Dictionary<string, string> { ["services:memory:http:0"] = "" },
        });

        await (await host.ClientOf(Guid.NewGuid()).GetAsync("/api/v1/app/memory/facts")).AssertProblemAsync(503, "service_unavailable");
    }

    [Fact]
    public async Task With_one_replica_away_the_others_serve_everything()
    {
        var (host, addresses) = await StartAsync(replicas: 3);
        await using var first = await FakeService.StartAsync("first", addresses[0]);
        await using var third = await FakeService.StartAsync("third", addresses[2]);
        using var client = host.ClientOf(Guid.NewGuid());

        var served = new List<string>();
        for (var i = 0; i < 30; i++)
        {
            var answer = await client.PostAsJsonAsync("/api/v1/app/memory/facts", new { i });
            Assert.True(answer.IsSuccessStatusCode, $"{i}: {host.Output.Text}");
            var asked = JsonSerializer.Deserialize<Asked>(await answer.Content.ReadAsStringAsync())!;
            Assert.Equal($$"""{"i":{{i}}}""", asked.Body);
            served.Add(asked.Service);
        }

        Assert.InRange(served.Count(name => name == "first"), 10, 20);
        Assert.Equal(30, first.Requests.Count + third.Requests.Count);
    }

    [Fact]
    public async Task A_service_that_breaks_off_before_answering_is_503_and_is_not_asked_twice()
    {
        var (host, addresses) = await StartAsync(replicas: 1);
        await using var service = await FakeService.StartAsync("memory", addresses[0]);
        var times = 0;
        service.Answer = context =>
        {
            times++;
            context.Abort();
            return Task.CompletedTask;
        };
        using var client = host.ClientOf(Guid.NewGuid());

        await (await client.PostAsJsonAsync("/api/v1/app/memory/facts", new { })).AssertProblemAsync(503, "service_unavailable");
        Assert.Equal(1, times);
    }

    [Fact]
    public async Task A_client_that_leaves_is_no_failure()
    {
        var (host, addresses) = await StartAsync(replicas: 1);
        await using var service = await FakeService.StartAsync("memory", addresses[0]);
        var (asked, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        service.Answer = async context =>
        {
            context.RequestAborted.Register(left.SetResult);
            asked.SetResult();
            await left.Task;
        };
        using var client = host.ClientOf(Guid.NewGuid());
        using var leave = new CancellationTokenSource();

        var request = client.GetAsync("/api/v1/app/memory/facts", leave.Token);
        await asked.Task;
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(20));
        service.Answer = null;
        Assert.Equal(200, (int)(await client.GetAsync("/api/v1/app/memory/facts")).StatusCode);
        Assert.DoesNotContain("warn", host.Output.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_a_service_refuses_reaches_the_client_as_it_is()
    {
        var (host, addresses) = await StartAsync(replicas: 1);
        await using var service = await FakeService.StartAsync("memory", addresses[0]);
        service.Answer = async context =>
        {
            context.Response.StatusCode = 409;
            context.Response.ContentType = "application/problem+json";
            context.Response.Headers.ETag = "\"4\"";
            await context.Response.WriteAsync("""{"code":"mine"}""");
        };

        var answer = await host.ClientOf(Guid.NewGuid()).GetAsync("/api/v1/app/memory/facts");

        Assert.Equal((409, "\"4\""), ((int)answer.StatusCode, answer.Headers.ETag?.Tag));
        Assert.Equal("""{"code":"mine"}""", await answer.Content.ReadAsStringAsync());
    }

    private async Task<(ServiceHost<Program> Host, string[] Addresses)> StartAsync(int replicas)
    {
        string[] addresses = [.. Enumerable.Range(0, replicas).Select(_ => $"http://127.0.0.1:{FreePorts.Take()}")];
        var host = await environment.NewHostAsync<Program>(new ServiceOptions
        {
            Needs = [Server.Postgres, Server.Redis],
            Settings = addresses.Index().ToDictionary(address => $"services:memory:http:{address.Index}", address => address.Item),
        });
        return (host, addresses);
    }
}
