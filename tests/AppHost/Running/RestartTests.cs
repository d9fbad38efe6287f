using AiTeams.LocalHosting;

namespace AiTeams.AppHost.Tests.Running;

public sealed class RestartTests
{
    [Fact]
    public async Task A_service_that_dies_is_started_again_on_the_same_port()
    {
        await using var scenario = new Scenario();
        var web = scenario.AddSample("web");
        await scenario.StartAsync();
        await scenario.HealthyAsync("web");
        var url = web.GetEndpoint("http").Url;
        var first = await scenario.GetAsync(web, "/pid");

        await scenario.CrashAsync(web);
        await Scenario.UntilAsync(() => scenario.Journal.Length == 2, "a second start");
        await scenario.HealthyAsync("web");

        Assert.Equal(url, web.GetEndpoint("http").Url);
        Assert.NotEqual(first, await scenario.GetAsync(web, "/pid"));
        Assert.Contains("web: ended unexpectedly with exit code 7; starting it again in 0.1 s (1 of 5)", scenario.HostLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_killed_is_started_again()
    {
        await using var scenario = new Scenario();
        scenario.AddSample("web");
        await scenario.StartAsync();
        await scenario.HealthyAsync("web");

        Assert.Single(RunFile.Read(scenario.PathOf("run.txt")), entry => entry.Name == "web").Process.Signal(PosixSignalNumber.Kill);

        await Scenario.UntilAsync(() => scenario.Journal.Length == 2, "a second start");
        await scenario.HealthyAsync("web");
        Assert.Contains("web: ended unexpectedly with exit code 137", scenario.HostLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_five_restarts_in_a_row_it_is_given_up()
    {
        await using var scenario = new Scenario();
        scenario.AddSample("broken").WithEnvironment("SAMPLE_EXIT", "4");
        await scenario.StartAsync();

        await scenario.StateAsync("broken", KnownResourceStates.Exited);

        Assert.Contains("broken: ended with exit code 4; it has ended 6 times in a row and is not started again", scenario.HostLog, StringComparison.Ordinal);
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => scenario.HealthyAsync("broken"));
        Assert.Contains("ended 6 times in a row", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_visitor_that_leaves_is_not_called_back()
    {
        await using var scenario = new Scenario();
        var web = scenario.AddSample("web");
        scenario.Builder.AddProject<Projects.Sample>("visitor").WithHttpEndpoint().WithReference(web).WaitFor(web).WithEnvironment("SAMPLE_EXIT", "0");
        await scenario.StartAsync();

        await scenario.StateAsync("visitor", KnownResourceStates.Finished);
        await Scenario.UntilAsync(() => File.Exists(scenario.PathOf("endpoints.json")), "all healthy");
        Assert.Contains("visitor: finished", scenario.HostLog, StringComparison.Ordinal);
        Assert.DoesNotContain("starting it again", scenario.HostLog, StringComparison.Ordinal);
    }

    [Fact]
    public void Delays_double_up_to_half_a_minute()
    {
        var settings = new EngineSettings();
        Assert.Equal([1, 2, 4, 8, 16, 30, 30], Enumerable.Range(1, 7).Select(restart => Backoff.Delay(restart, settings).TotalSeconds));
    }
}
