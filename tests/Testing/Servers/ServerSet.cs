using System.Globalization;

namespace AiTeams.Testing;

public enum Server
{
    Postgres,
    RabbitMq,
    Redis,
}

/// <summary>One set of servers in one folder, run by deploy/local/servers.sh.</summary>
public sealed class ServerSet
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CommandLimit = TimeSpan.FromMinutes(5);
    private static readonly string Scripts = Path.Combine(RepositoryFolder.Root, "deploy", "local");

    private readonly string _folder;
    private readonly bool _isDisposable;
    private ServerSettings? _settings;

    /// <param name="isDisposable">Data that no longer starts is thrown away: for servers whose content nobody asks for again.</param>
    internal ServerSet(string folder, bool isDisposable) => (_folder, _isDisposable) = (folder, isDisposable);

    internal static string Script { get; } = Path.Combine(Scripts, "servers.sh");

    /// <summary>False: PostgreSQL does not fsync, and a power cut may cost the data.</summary>
    internal bool IsDurable { get; init; }

    public ServerSettings Settings => _settings ?? throw new InvalidOperationException("The servers have not been started.");

    private string SettingsFile => Path.Combine(_folder, "servers.json");

    private string DataFolder => Path.Combine(_folder, "servers");

    public string Address(Server server) => server switch
    {
        Server.Postgres => $"Host=127.0.0.1;Port={Settings.PostgresPort};Database=postgres;Username=postgres;Password={Settings.PostgresPassword}",
        Server.RabbitMq => $"amqp://aiteams:{Settings.RabbitPassword}@127.0.0.1:{Settings.RabbitPort}",
        Server.Redis => $"127.0.0.1:{Settings.RedisPort},password={Settings.RedisPassword}",
    };

    public int Port(Server server) => server switch
    {
        Server.Postgres => Settings.PostgresPort,
        Server.RabbitMq => Settings.RabbitPort,
        Server.Redis => Settings.RedisPort,
    };

    /// <summary>
    /// Starts the server unless it runs, installing it first where it is missing and may be. One caller at a time: the shared set holds a
    /// lock.
    /// </summary>
    public async Task StartAsync(Server server)
    {
        await LoadSettingsAsync();
        var start = await RunAsync("up", server);
        if (start.ExitCode == 0)
        {
            return;
        }

        await InstallAsync();
        if (_isDisposable)
        {
            await RunAsync("wipe", server);
            if (await IsDownAsync())
            {
                Keep(Settings.OnOtherPorts());
            }
        }

        var again = await RunAsync("up", server);
        if (again.ExitCode != 0)
        {
            throw new InvalidOperationException($"The tests' {server} does not start.\n{start.Output}\nAnd again:\n{again.Output}");
        }
    }

    public async Task StopAsync(Server? server = null) => (await RunAsync("down", server)).EnsureSuccess();

    public async Task WipeAsync(Server? server = null) => (await RunAsync("wipe", server)).EnsureSuccess();

    /// <summary>SIGKILL, as a crash would be, or another signal that ends it. Returns when the process has ended.</summary>
    public async Task KillAsync(Server server, Signal signal = Signal.Kill)
    {
        var words = (await RunAsync("status", server)).Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var at = Array.IndexOf(words, "pid");
        if (at < 0)
        {
            throw new InvalidOperationException($"{server} does not run: {string.Join(' ', words)}");
        }

        var processId = int.Parse(words[at + 1], CultureInfo.InvariantCulture);
        Signals.Send(processId, signal);
        await Eventually.AssertAsync(() => !TestProcesses.IsRunning(processId), EndLimit, $"{server}, process {processId}, has ended");
    }

    /// <summary>Enough to stop the servers.</summary>
    internal IReadOnlyDictionary<string, string?> SettingsWithoutPasswords()
        => ToEnvironment().Where(setting => !setting.Key.EndsWith("_PASSWORD", StringComparison.Ordinal)).ToDictionary();

    private static async Task InstallAsync()
    {
        var install = await CommandLine.RunAsync("bash", [Path.Combine(Scripts, "install.sh")], "/", timeout: InstallLimit);
        if (install.ExitCode != 0)
        {
            throw new InvalidOperationException($"The tests need PostgreSQL with pgvector, RabbitMQ and Redis, and they could not be installed.\n{install.Output}");
        }
    }

    internal async Task LoadSettingsAsync()
    {
        if (_settings is not null)
        {
            return;
        }

        Directory.CreateDirectory(_folder);
        _settings = ServerSettings.Load(SettingsFile);
        if (_settings is null)
        {
            Keep(ServerSettings.Choose());
            await WipeAsync();                    // data of other passwords
        }
        else if (_isDisposable && !_settings.ArePortsFree && await IsDownAsync())
        {
            Keep(_settings.OnOtherPorts());       // somebody has taken one since the last time
        }
    }

    private async Task<bool> IsDownAsync()
        => !(await RunAsync("status", null)).Output.Contains(" pid ", StringComparison.Ordinal);

    private void Keep(ServerSettings settings)
    {
        settings.Save(SettingsFile);
        _settings = settings;
    }

    private Task<CommandResult> RunAsync(string command, Server? server)
    {
        string[] which = server switch
        {
            Server.Postgres => ["pg"],
            Server.RabbitMq => ["rabbit"],
            Server.Redis => ["redis"],
            null => [],
        };
        return CommandLine.RunAsync(
            "bash", [Script, command, .. which], "/", ToEnvironment(), CommandLimit);
    }

    private Dictionary<string, string?> ToEnvironment()
        => new(Settings.ToEnvironment(DataFolder)) { ["LOCAL_PG_FSYNC"] = IsDurable ? "on" : "off" };
}
