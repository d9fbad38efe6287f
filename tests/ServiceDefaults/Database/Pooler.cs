using System.Diagnostics;
using AiTeams.Testing;
using Npgsql;

namespace AiTeams.ServiceDefaults.Tests.Database;

/// <summary>pgBouncer in front of a database, lending a connection for one transaction at a time.</summary>
internal sealed class Pooler : IAsyncDisposable
{
    private static readonly AptNeed Program = new("pgBouncer", ["pgbouncer"], ["pgbouncer"]);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private Pooler(Process process, DirectoryInfo folder, string connectionString) =>
        (_process, _folder, ConnectionString) = (process, folder, connectionString);

    public string ConnectionString { get; }

    /// <param name="connections">How many it opens to the server, for however many clients.</param>
    public static async Task<Pooler> StartAsync(string connectionString, int connections)
    {
        await AptPackages.EnsureAsync(Program);
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var port = FreePorts.Take();
        var folder = Directory.CreateTempSubdirectory("aiteams-pooler-");
        var (settings, users) = (Path.Combine(folder.FullName, "pgbouncer.ini"), Path.Combine(folder.FullName, "users.txt"));
        await File.WriteAllTextAsync(users, $"\"{server.Username}\" \"{server.Password}\"\n");
        await File.WriteAllTextAsync(settings, $"""
            [databases]
            {server.Database} = host={server.Host} port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {users}
            pool_mode = transaction
            default_pool_size = {connections}
            ignore_startup_parameters = extra_float_digits
            """);

        // It refuses to be root; who it becomes must be able to read its files.
        var isRoot = Environment.IsPrivilegedProcess;
        if (isRoot)
        {
            await CommandLine.RunAsync("chown", ["-R", "nobody", folder.FullName], "/");
        }

        var process = Process.Start(new ProcessStartInfo("pgbouncer", isRoot ? ["-q", "-u", "nobody", settings] : ["-q", settings])
        {
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        server.Port = port;
        var pooler = new Pooler(process, folder, server.ConnectionString);
        await Eventually.AssertAsync(pooler.AnswersAsync, TimeSpan.FromSeconds(20), "pgBouncer answers");
        return pooler;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand("SELECT 1");
        return await command.ExecuteScalarAsync() is 1;
    }
}
