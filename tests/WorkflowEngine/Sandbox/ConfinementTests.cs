using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using AiTeams.WorkflowEngine.Sandbox.Wire;

namespace AiTeams.WorkflowEngine.Sandbox.Tests;

/// <summary>What is around V8: should a script ever leave it, this is where it is.</summary>
public sealed class ConfinementTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    [Fact]
    public async Task The_child_has_nothing_of_its_parent()
    {
        using var secret = File.Open(Path.GetTempFileName(), new FileStreamOptions { Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose, Mode = FileMode.Open });
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var pool = SandboxFixture.NewPool(options => options.Processes = 1);
        await pool.RunAsync(SandboxFixture.Request("return 1"), CancellationToken.None);

        var folder = $"/proc/{Assert.Single(pool.ProcessIds)}";
        var environment = Encoding.UTF8.GetString(await File.ReadAllBytesAsync($"{folder}/environ")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(environment, line => Assert.True(line.StartsWith("DOTNET_", StringComparison.Ordinal) || line == "TZ=UTC", line));

        Assert.Empty(Directory.GetFileSystemEntries($"{folder}/cwd/"));
        var open = new DirectoryInfo($"{folder}/fd").GetFiles().Select(file => file.LinkTarget ?? "").ToList();
        Assert.DoesNotContain(open, target => target.StartsWith("socket:", StringComparison.Ordinal));
        Assert.DoesNotContain(open, target => target == secret.Name);
    }

    [Fact]
    public async Task The_child_is_locked_in()
    {
        await sandbox.RunAsync("return 1");

        Assert.All(sandbox.Pool.ProcessIds, id =>
        {
            var status = File.ReadAllLines($"/proc/{id}/status");
            Assert.Contains(status, line => line.Split('\t') is ["Seccomp:", "2"]);
            Assert.Contains(status, line => line.Split('\t') is ["NoNewPrivs:", "1"]);
            var limits = File.ReadAllLines($"/proc/{id}/limits");
            string[] AboutLimit(string name) => Assert.Single(limits, line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..]
                .Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal("0", AboutLimit("Max core file size")[1]);
            Assert.Equal("0", AboutLimit("Max file size")[1]);
            Assert.NotEqual("unlimited", AboutLimit("Max data size")[1]);
        });
    }

    [Fact]
    public async Task A_child_killed_in_the_middle_of_a_run_fails_that_run_alone()
    {
        using var pool = SandboxFixture.NewPool(options => options.Processes = 1);
        await pool.RunAsync(SandboxFixture.Request("return 1"), CancellationToken.None);
        var child = Assert.Single(pool.ProcessIds);

        var run = pool.RunAsync(SandboxFixture.Request("for (;;) ;", milliseconds: 60_000), CancellationToken.None);
        Process.GetProcessById(child).Kill();

        Assert.Equal(CodeOutcome.Killed, (await run).Outcome);
        var next = await pool.RunAsync(SandboxFixture.Request("return 2"), CancellationToken.None);
        Assert.Equal("[2]", next.Json);
        Assert.NotEqual(child, Assert.Single(pool.ProcessIds));
    }

    [Fact]
    public async Task A_child_killed_between_runs_costs_nothing()
    {
        using var pool = SandboxFixture.NewPool(options => options.Processes = 1);
        await pool.RunAsync(SandboxFixture.Request("return 1"), CancellationToken.None);
        using var child = Process.GetProcessById(Assert.Single(pool.ProcessIds));
        child.Kill();
        await child.WaitForExitAsync();

        Assert.Equal("[2]", (await pool.RunAsync(SandboxFixture.Request("return 2"), CancellationToken.None)).Json);
    }

    [Fact]
    public async Task A_child_whose_engine_is_gone_ends_even_in_the_middle_of_a_loop()
    {
        var start = new ProcessStartInfo(SandboxLocation.FindRuntime()) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(SandboxLocation.FindProgram(new SandboxOptions())!);
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using var child = Process.Start(start)!;
        Assert.Equal(Frame.Confined, Assert.Single((await Frame.ReadAsync(child.StandardOutput.BaseStream, CancellationToken.None))!));
        await child.StandardInput.BaseStream.WriteAsync(SandboxFixture.Request("for (;;) ;", milliseconds: 600_000).ToFrame());
        await child.StandardInput.BaseStream.FlushAsync();

        child.StandardInput.Close();

        await child.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_pool_that_is_closed_leaves_no_child()
    {
        var pool = SandboxFixture.NewPool();
        await pool.RunAsync(SandboxFixture.Request("return 1"), CancellationToken.None);
        using var child = Process.GetProcessById(Assert.Single(pool.ProcessIds));

        pool.Dispose();

        await child.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_child_is_replaced_when_it_has_run_often_enough()
    {
        using var pool = SandboxFixture.NewPool(options => (options.Processes, options.RunsPerProcess) = (1, 3));
        var children = new HashSet<int>();
        for (var run = 0; run < 7; run++)
        {
            Assert.Equal("[1]", (await pool.RunAsync(SandboxFixture.Request("return 1"), CancellationToken.None)).Json);
            children.UnionWith(pool.ProcessIds);
        }

        Assert.InRange(children.Count, 3, 4);
    }

    [Fact]
    public async Task Without_its_program_code_fails_and_says_so()
    {
        using var pool = SandboxFixture.NewPool(options => options.Path = typeof(SandboxFixture).Assembly.Location);

        var reply = await pool.RunAsync(SandboxFixture.Request("return 1"), CancellationToken.None);

        Assert.Equal(CodeOutcome.Unavailable, reply.Outcome);
    }
}
