using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AiTeams.LocalHosting;

namespace AiTeams.AppHost.Tests.Running;

/// <summary>The sample application, or the product, as a process of its own, as `dotnet run` would start it.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    public HostProcess(string folder, params string[] settings)
        : this(Projects.SampleHost.AssemblyPath, folder, settings)
    {
    }

    private HostProcess(string program, string folder, string[] settings)
    {
        Folder = folder;
        string[] arguments = [program, $"--LocalHosting:StateDirectory={folder}", $"--Journal={Path.Combine(folder, "journal")}", "--LocalHosting:StartingPoll=0.05", .. settings];
        // env: a job of a shell script inherits SIGINT ignored, and would pass that on; a terminal's does not.
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        _process.OutputDataReceived += Collect;
        _process.ErrorDataReceived += Collect;
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Everything there is, with its servers.</summary>
    public static HostProcess Product(string folder, params string[] settings) => new(Projects.AppHost.AssemblyPath, folder, settings);

    public string Folder { get; }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public string[] Journal => File.Exists(Path.Combine(Folder, "journal")) ? File.ReadAllLines(Path.Combine(Folder, "journal")) : [];

    public IReadOnlyList<(string Name, ProcessIdentity Process)> Running => RunFile.Read(Path.Combine(Folder, "run.txt"));

    public string EndpointsFile => Path.Combine(Folder, "endpoints.json");

    public string Gateway()
    {
        using var addresses = JsonDocument.Parse(File.ReadAllBytes(EndpointsFile));
        return addresses.RootElement.GetProperty("gateway").GetString()!;
    }

    public async Task HealthyAsync(TimeSpan? limit = null)
    {
        await Scenario.UntilAsync(
            () => Task.FromResult(Output.Contains("all healthy in", StringComparison.Ordinal) || _process.HasExited), limit ?? Scenario.Limit, "all are healthy");
        Assert.False(_process.HasExited, Output);
    }

    public void Signal(int signal) => Assert.Equal(0, SystemCalls.Kill(_process.Id, signal));

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(40));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal(15);
            await ExitAsync();
        }

        _process.Dispose();
    }

    private void Collect(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
        }
    }
}
