using AiTeams.Migrator;
using Microsoft.Extensions.Configuration;
using Npgsql;

const string Usage = "usage: migrator [up | down [version] | status | hash]      (down 0 reverts everything)";

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
var migrator = new Migrator(Migrations.All, Migrations.References, Console.Out);
try
{
    switch (args)
    {
        case [] or ["up"]:
            // An empty variable is one that nobody filled in, not a role without a password.
            var passwords = configuration.GetSection("Roles").GetChildren()
                .Where(role => !string.IsNullOrEmpty(role.Value))
                .ToDictionary(role => role.Key, role => role.Value!);
            await migrator.UpAsync(Administrator(), passwords, stop.Token);
            return 0;
        case ["down"]:
            await migrator.DownAsync(Administrator(), version: null, stop.Token);
            return 0;
        case ["down", var version]:
            await migrator.DownAsync(Administrator(), version, stop.Token);
            return 0;
        case ["status"]:
            await migrator.StatusAsync(Administrator(), stop.Token);
            return 0;
        case ["hash"]:
            Console.WriteLine(Migrations.Hash);
            return 0;
        default:
            await Console.Error.WriteLineAsync(Usage);
            return 2;
    }
}
catch (Exception ex) when (ex is MigrationException or NpgsqlException)
{
    await Console.Error.WriteLineAsync($"error: {ex.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("stopped");
    return 1;
}

string Administrator() => configuration.GetConnectionString("aiteams")
    ?? throw new MigrationException("ConnectionStrings__aiteams is not set: the connection string of the database's administrator");
