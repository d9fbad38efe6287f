using AiTeams.Migrator;

namespace AiTeams.Testing;

/// <summary>
/// Servers of a test's own, for a test that stops or kills them. They take seconds to start: <see cref="TcpRelay"/> is the cheaper outage.
/// Gone with their data when disposed, and soon after the test process is killed.
/// </summary>
public sealed class PrivateServers : IAsyncDisposable
{
    private const int GraceSeconds = 2;
    private const string DatabaseName = "aiteams";

    private static int _count;

    private readonly string _folder;
    private readonly TestProcesses _processes;

    private PrivateServers(string folder, bool isDurable)
    {
        _folder = folder;
        _processes = new TestProcesses(Path.Combine(folder, "processes"));
        Set = new ServerSet(folder, isDisposable: false) { IsDurable = isDurable };
    }

    public ServerSet Set { get; }

    /// <summary>None of them runs yet: <c>Set.StartAsync(Server.RabbitMq)</c>.</summary>
    /// <param name="isDurable">PostgreSQL with fsync: for measurements, where a commit must cost what it costs.</param>
    public static async Task<PrivateServers> CreateAsync(bool isDurable = false)
    {
        var servers = new PrivateServers(Path.Combine(
            RepositoryFolder.Root, ".local", "test", "private", $"{TestProcesses.Own}-{Interlocked.Increment(ref _count)}"), isDurable);
        servers._processes.Enter();
        await servers.Set.LoadSettingsAsync();
        await Reaper.StartAsync(servers._folder, servers.Set.SettingsWithoutPasswords(), GraceSeconds, "wipe");
        return servers;
    }

    /// <summary>Starts PostgreSQL, with the product's database in it.</summary>
    public async Task StartMigratedAsync()
    {
        await Set.StartAsync(Server.Postgres);
        await Migrations.ApplyAsync($"{ConnectionStringFor("postgres")};Pooling=false", Set.Settings.RolePasswords, CancellationToken.None);
    }

    /// <summary>To the product's database, as one of the services' roles or as <c>postgres</c>, for whom row-level security does not count.</summary>
    public string ConnectionStringFor(string role)
    {
        var password = role == "postgres" ? Set.Settings.PostgresPassword : Set.Settings.RolePasswords[role];
        return $"Host=127.0.0.1;Port={Set.Settings.PostgresPort};Database={DatabaseName};Username={role};Password={password}";
    }

    public async ValueTask DisposeAsync()
    {
        await Set.WipeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
