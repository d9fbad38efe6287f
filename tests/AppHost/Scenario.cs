using AiTeams.LocalHosting;

namespace AiTeams.AppHost.Tests;

/// <summary>A model with a state directory of its own, run in this process with short times, and gone at the end.</summary>
internal sealed class Scenario : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(10) };
    private DistributedApplication? _application;

    public Scenario(params string[] settings)
    {
        Folder = TestFolder.New();
        Builder = DistributedApplication.CreateBuilder(
        [
            $"--LocalHosting:StateDirectory={Folder}", "--LocalHosting:StartingPoll=0.05", "--LocalHosting:HealthyPoll=0.1",
            "--LocalHosting:RestartDelay=0.05", "--LocalHosting:LongestRestartDelay=0.1", .. settings,
        ]);
    }

    public string Folder { get; }

    public IDistributedApplicationBuilder Builder { get; }

    public DistributedApplication Application => _application ?? throw new InvalidOperationException("The scenario has not been started.");

    public string HostLog => ReadLog("apphost");

    /// <summary>A sample service; <paramref name="name"/> is what it calls itself in the journal.</summary>
    public IResourceBuilder<ProjectResource> AddSample(string name) => Builder.AddProject<Projects.Sample>(name)
        .WithHttpEndpoint()
        .WithHttpHealthCheck("/health")
        .WithEnvironment("SAMPLE_NAME", name)
        .WithEnvironment("SAMPLE_JOURNAL", PathOf("journal"));

    public string PathOf(string file) => Path.Combine(Folder, file);

    public string[] Journal => File.Exists(PathOf("journal")) ? File.ReadAllLines(PathOf("journal")) : [];

    public string ReadLog(string name)
    {
        var path = Path.Combine(Folder, "logs", $"{name}.log");
        if (!File.Exists(path))
        {
            return "";
        }

        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    public async Task StartAsync()
    {
        _application = Builder.Build();
        await _application.StartAsync();
    }

    public async Task HealthyAsync(string name)
    {
        using var limit = new CancellationTokenSource(Limit);
        await Application.ResourceNotifications.WaitForResourceHealthyAsync(name, limit.Token);
    }

    public async Task StateAsync(string name, string state)
    {
        using var limit = new CancellationTokenSource(Limit);
        await Application.ResourceNotifications.WaitForResourceAsync(name, state, limit.Token);
    }

    public Task<string> GetAsync(IResourceBuilder<ProjectResource> resource, string path) =>
        _client.GetStringAsync(new Uri(resource.GetEndpoint("http").Url + path));

    /// <summary>Ends the process behind the resource, which cannot answer the request that does it.</summary>
    public async Task CrashAsync(IResourceBuilder<ProjectResource> resource) =>
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetAsync(resource, "/crash"));

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), Limit, what);

    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan limit, string what)
    {
        var deadline = DateTime.UtcNow + limit;
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"Not within {limit.TotalSeconds} s: {what}");
            await Task.Delay(20);
        }
    }

    public async Task StopAsync()
    {
        await Application.StopAsync();
        await Application.DisposeAsync();
        _application = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await StopAsync();
        }

        _client.Dispose();
        TestFolder.Delete(Folder);
    }
}

internal static class TestFolder
{
    public static string New()
    {
        var folder = Directory.CreateTempSubdirectory("aiteams-apphost-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            // Started by root, a server runs as a user of its own, who has to get to its data in here.
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        }

        return folder;
    }

    public static void Delete(string folder)
    {
        // Whatever a failed test left running is ended by its run file.
        foreach (var (_, process) in RunFile.Read(Path.Combine(folder, "run.txt")))
        {
            process.Signal(PosixSignalNumber.Kill);
        }

        Directory.Delete(folder, recursive: true);
    }
}
