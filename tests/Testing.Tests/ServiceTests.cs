using System.Net;
using Xunit.Abstractions;

namespace AiTeams.Testing.Tests;

/// <summary>With the smallest of the services.</summary>
public sealed class ServiceTests(TestEnvironment environment, ITestOutputHelper output) : IClassFixture<TestEnvironment>
{
    private static readonly ServiceOptions WithoutRedis = new() { Needs = [Server.Postgres, Server.RabbitMq] };
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_service_runs_inside_the_test_process_on_real_ports()
    {
        var memory = await environment.HostAsync<Program>(WithoutRedis);
        memory.Output.CopyTo(output);

        Assert.Equal("memory", memory.Name);
        Assert.Equal(HttpStatusCode.OK, (await memory.Client().GetAsync("/health")).StatusCode);
        Assert.Same(memory, await environment.HostAsync<Program>());
        Assert.NotNull(memory.Services);
    }

    [Fact]
    public async Task A_service_that_cannot_start_says_why()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => environment.NewHostAsync<Program>(
            WithoutRedis with { Settings = new Dictionary<string, string> { ["Identity:JwtSecret"] = "short" } }));

        Assert.Contains("JwtSecret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_is_killed_and_started_again_on_the_same_ports()
    {
        var memory = await environment.NewProcessAsync<Program>(WithoutRedis);
        memory.Output.CopyTo(output);
        var before = memory.ProcessId;

        await memory.KillAsync();
        Assert.False(memory.IsRunning);
        await memory.StartAsync();

        Assert.NotEqual(before, memory.ProcessId);
        Assert.Equal(HttpStatusCode.OK, (await memory.Client().GetAsync("/health")).StatusCode);
        Assert.Equal(0, await memory.StopAsync());
    }

    [Fact]
    public async Task A_frozen_process_answers_nothing_until_it_is_resumed()
    {
        var memory = await environment.NewProcessAsync<Program>(WithoutRedis);
        memory.Freeze();
        using var http = new HttpClient { BaseAddress = memory.HttpAddress, Timeout = TimeSpan.FromMilliseconds(300) };
        await Assert.ThrowsAsync<TaskCanceledException>(() => http.GetAsync("/alive"));

        memory.Resume();

        await Eventually.AssertAsync(
            async () => (await memory.Client().GetAsync("/alive")).IsSuccessStatusCode, Deadline, "the resumed process answers");
    }
}
