using System.Text.Json;
using AiTeams.LocalHosting;

namespace AiTeams.AppHost.Tests.Running;

public sealed class StartAndStopTests
{
    [Fact]
    public async Task A_resource_starts_only_when_what_it_waits_for_is_healthy_and_the_log_names_it()
    {
        await using var scenario = new Scenario();
        var store = scenario.AddSample("store").WithEnvironment("SAMPLE_GATE", scenario.PathOf("gate"));
        scenario.AddSample("web").WaitFor(store);
        await scenario.StartAsync();

        await scenario.StateAsync("store", KnownResourceStates.Running);
        await scenario.StateAsync("web", KnownResourceStates.Waiting);
        Assert.Contains("web: waiting for store", scenario.HostLog, StringComparison.Ordinal);
        Assert.DoesNotContain("web started", scenario.Journal);

        await File.WriteAllTextAsync(scenario.PathOf("gate"), "");
        await scenario.HealthyAsync("web");
        Assert.Equal(["store started", "web started"], scenario.Journal);
    }

    [Fact]
    public async Task Everything_stops_in_reverse_order_of_dependency_and_the_addresses_go_first()
    {
        await using var scenario = new Scenario();
        var store = scenario.AddSample("store");
        var engine = scenario.AddSample("work-engine").WaitFor(store);
        scenario.AddSample("web").WithReference(engine);
        await scenario.StartAsync();
        await Scenario.UntilAsync(() => File.Exists(scenario.PathOf("endpoints.json")), "endpoints.json");

        using (var addresses = JsonDocument.Parse(await File.ReadAllBytesAsync(scenario.PathOf("endpoints.json"))))
        {
            Assert.Equal(["store", "work_engine", "web"], addresses.RootElement.EnumerateObject().Select(property => property.Name));
            Assert.Equal(engine.GetEndpoint("http").Url, addresses.RootElement.GetProperty("work_engine").GetString());
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(scenario.PathOf("endpoints.json")));
        var processes = RunFile.Read(scenario.PathOf("run.txt"));
        Assert.Equal(4, processes.Count); // three services and the watcher

        await scenario.StopAsync();

        Assert.Equal(["web stopped", "work-engine stopped", "store stopped"], scenario.Journal.Where(line => line.EndsWith("stopped", StringComparison.Ordinal)));
        Assert.False(File.Exists(scenario.PathOf("endpoints.json")));
        Assert.False(File.Exists(scenario.PathOf("run.txt")));
        Assert.All(processes, entry => Assert.False(entry.Process.IsAlive, entry.Name));
    }

    [Fact]
    public async Task Who_does_not_listen_to_sigterm_is_killed_after_a_while()
    {
        await using var scenario = new Scenario("--LocalHosting:StopPatience=0.3");
        scenario.AddSample("deaf").WithEnvironment("SAMPLE_DEAF", "yes");
        await scenario.StartAsync();
        await scenario.HealthyAsync("deaf");
        var deaf = Assert.Single(RunFile.Read(scenario.PathOf("run.txt")), entry => entry.Name == "deaf").Process;

        await scenario.StopAsync();

        Assert.False(deaf.IsAlive);
        Assert.Contains("deaf: did not stop within 0.3 s and was killed", scenario.HostLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_completes_lets_the_others_start_and_one_that_fails_says_why_they_do_not()
    {
        await using var scenario = new Scenario();
        var good = scenario.Builder.AddProject<Projects.Sample>("good-job").WithEnvironment("SAMPLE_EXIT", "0");
        var bad = scenario.Builder.AddProject<Projects.Sample>("bad-job").WithEnvironment("SAMPLE_EXIT", "3");
        scenario.AddSample("lucky").WaitForCompletion(good);
        scenario.AddSample("unlucky").WaitForCompletion(bad);
        await scenario.StartAsync();

        await scenario.HealthyAsync("lucky");
        await scenario.StateAsync("unlucky", KnownResourceStates.FailedToStart);
        Assert.Contains("unlucky: waiting for bad-job to complete", scenario.HostLog, StringComparison.Ordinal);
        Assert.Contains("unlucky: not started: bad-job ended with exit code 3", scenario.HostLog, StringComparison.Ordinal);
        await Scenario.UntilAsync(() => scenario.HostLog.Contains("not healthy: bad-job", StringComparison.Ordinal), "the summary");
        Assert.False(File.Exists(scenario.PathOf("endpoints.json")));
        Assert.Contains("ending with 3", scenario.ReadLog("bad-job"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_waits_for_a_resource_waits_for_its_ready_handlers_too()
    {
        await using var scenario = new Scenario();
        var prepared = new TaskCompletionSource();
        var store = scenario.AddSample("store").OnResourceReady((_, _, _) => prepared.Task);
        scenario.AddSample("web").WaitFor(store);
        await scenario.StartAsync();
        await Scenario.UntilAsync(() => scenario.HostLog.Contains("store: healthy", StringComparison.Ordinal), "the store is healthy");
        Assert.DoesNotContain("web started", scenario.Journal);

        prepared.SetResult();
        await scenario.HealthyAsync("web");
    }

    [Fact]
    public async Task A_handler_that_fails_keeps_back_what_waits_and_nothing_else()
    {
        await using var scenario = new Scenario();
        var store = scenario.AddSample("store").OnResourceReady((_, _, _) => throw new InvalidDataException("no seed"));
        scenario.AddSample("web").WaitFor(store);
        scenario.AddSample("other");
        await scenario.StartAsync();

        await scenario.StateAsync("web", KnownResourceStates.FailedToStart);
        await scenario.HealthyAsync("other");
        Assert.Contains("store: not started: no seed", scenario.HostLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resource_with_explicit_start_waits_for_the_command()
    {
        await using var scenario = new Scenario();
        var tool = scenario.AddSample("tool").WithExplicitStart();
        scenario.AddSample("web");
        await scenario.StartAsync();
        await Scenario.UntilAsync(() => File.Exists(scenario.PathOf("endpoints.json")), "all healthy without the tool");
        Assert.Equal(["web started"], scenario.Journal);

        Assert.True((await scenario.Application.ResourceCommands.ExecuteCommandAsync("tool", "resource-start")).Success);
        await scenario.HealthyAsync("tool");
        var first = await scenario.GetAsync(tool, "/pid");

        Assert.False((await scenario.Application.ResourceCommands.ExecuteCommandAsync("tool", "resource-start")).Success);
        Assert.True((await scenario.Application.ResourceCommands.ExecuteCommandAsync("tool", "resource-restart")).Success);
        await scenario.HealthyAsync("tool");
        Assert.NotEqual(first, await scenario.GetAsync(tool, "/pid"));
    }

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);
}
