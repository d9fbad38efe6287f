using System.Diagnostics;
using AiTeams.LocalHosting;

namespace AiTeams.AppHost.Tests.Running;

public sealed class HostEndTests : IDisposable
{
    private const int Interrupt = 2;
    private const int Kill = 9;
    private const int Terminate = 15;
    private readonly string _folder = TestFolder.New();

    public void Dispose() => TestFolder.Delete(_folder);

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public async Task A_signal_stops_everything_in_order_and_leaves_nothing(int signal)
    {
        await using var host = new HostProcess(_folder);
        await host.HealthyAsync();
        var running = host.Running;

        host.Signal(signal);

        Assert.Equal(0, await host.ExitAsync());
        Assert.Equal(["store started", "gateway started", "gateway stopped", "store stopped"], host.Journal);
        Assert.All(running, entry => Assert.False(entry.Process.IsAlive, entry.Name));
        Assert.False(File.Exists(host.EndpointsFile));
        Assert.Contains("everything stopped in", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_signal_kills_what_would_take_its_time()
    {
        await using var host = new HostProcess(_folder, "--Deaf=yes", "--LocalHosting:StopPatience=600");
        await host.HealthyAsync();
        var running = host.Running;

        host.Signal(Terminate);
        await Scenario.UntilAsync(() => host.Output.Contains("| stopping", StringComparison.Ordinal), "the beginning of the stop");
        host.Signal(Terminate);

        Assert.Equal(130, await host.ExitAsync());
        await Scenario.UntilAsync(() => !running.Any(entry => entry.Process.IsAlive), "no process left");
    }

    [Fact]
    public async Task A_killed_host_leaves_no_process_and_no_addresses()
    {
        await using var host = new HostProcess(_folder);
        await host.HealthyAsync();
        var running = host.Running;
        Assert.Equal(["gateway", "store", "watcher"], running.Select(entry => entry.Name).Order());

        host.Signal(Kill);
        await host.ExitAsync();

        await Scenario.UntilAsync(() => !running.Any(entry => entry.Process.IsAlive), "no process left");
        Assert.False(File.Exists(host.EndpointsFile));
        Assert.Empty(host.Running);
    }

    [Fact]
    public async Task Even_with_the_watcher_killed_too_the_next_start_finds_nothing_in_its_way()
    {
        await using var host = new HostProcess(_folder);
        await host.HealthyAsync();
        var before = host.Running;
        Stop(before.Where(entry => entry.Name != "watcher")); // they cannot end by themselves now
        before.Single(entry => entry.Name == "watcher").Process.Signal(PosixSignalNumber.Kill);
        host.Signal(Kill);
        await host.ExitAsync();

        await using var next = new HostProcess(_folder);
        await next.HealthyAsync();

        Assert.Contains("cleaning up after it", next.Output, StringComparison.Ordinal);
        Assert.All(before, entry => Assert.False(entry.Process.IsAlive, entry.Name));
    }

    [Fact]
    public async Task A_second_start_is_refused_with_the_gateways_address_and_breaks_nothing()
    {
        await using var first = new HostProcess(_folder);
        await first.HealthyAsync();
        var running = first.Running;

        await using var second = new HostProcess(_folder);
        Assert.Equal(1, await second.ExitAsync());

        Assert.Contains("already running", second.Output, StringComparison.Ordinal);
        Assert.Contains(first.Gateway(), second.Output, StringComparison.Ordinal);
        Assert.Equal(running, first.Running);
        Assert.All(running, entry => Assert.True(entry.Process.IsAlive, entry.Name));
        using var client = new HttpClient();
        Assert.Equal("", await client.GetStringAsync(new Uri(first.Gateway() + "/health")));
    }

    private static void Stop(IEnumerable<(string Name, ProcessIdentity Process)> processes)
    {
        foreach (var (_, process) in processes)
        {
            using var stop = Process.Start("kill", ["-STOP", process.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            stop.WaitForExit();
        }
    }
}
