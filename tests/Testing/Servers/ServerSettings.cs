using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AiTeams.Testing;

/// <summary>Ports and passwords of one set of servers, kept in a file that only its owner can read.</summary>
public sealed record ServerSettings(int FirstPort, string Secret)
{
    private const int ServerPorts = 7;

    // RabbitMQ's command line needs a range above its distribution port.
    private const int PortCount = 40;

    private static readonly string[] ServiceRoles =
    [
        "gateway_service", "workflow_engine_service", "scheduler_service", "human_in_the_loop_service", "memory_service", "integrations_service",
    ];

    public int PostgresPort => FirstPort;

    public int RabbitPort => FirstPort + 1;

    public int RabbitManagementPort => FirstPort + 2;

    public int RedisPort => FirstPort + 6;

    public string PostgresPassword => Password("postgres");

    public string RabbitPassword => Password("rabbitmq");

    public string RedisPassword => Password("redis");

    /// <summary>Roles belong to the whole cluster: one password each for as long as the set lives.</summary>
    public IReadOnlyDictionary<string, string> RolePasswords => ServiceRoles.ToDictionary(role => role, Password);

    internal bool ArePortsFree => Enumerable.Range(FirstPort, ServerPorts).All(FreePorts.IsFree);

    public static ServerSettings Choose() => new(FreePorts.Take(PortCount), RandomNumberGenerator.GetHexString(32, lowercase: true));

    public ServerSettings OnOtherPorts() => this with { FirstPort = FreePorts.Take(PortCount) };

    public static ServerSettings? Load(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<ServerSettings>(File.ReadAllText(file));
        }
        catch (Exception ex) when (ex is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public void Save(string file)
    {
        var written = $"{file}.{Environment.ProcessId}";
        File.Delete(written);
        using (var stream = new FileStream(written, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            JsonSerializer.Serialize(stream, new { FirstPort, Secret });
        }

        File.Move(written, file, overwrite: true);
    }

    /// <summary>The same as deploy/local/servers.sh takes it.</summary>
    internal Dictionary<string, string?> ToEnvironment(string dataFolder) => new()
    {
        ["LOCAL_DATA"] = dataFolder,
        ["LOCAL_PG_PORT"] = $"{PostgresPort}",
        ["LOCAL_RABBIT_PORT"] = $"{RabbitPort}",
        ["LOCAL_RABBIT_MGMT_PORT"] = $"{RabbitManagementPort}",
        ["LOCAL_RABBIT_PROM_PORT"] = $"{FirstPort + 3}",
        ["LOCAL_RABBIT_DIST_PORT"] = $"{FirstPort + 4}",
        ["LOCAL_EPMD_PORT"] = $"{FirstPort + 5}",
        ["LOCAL_REDIS_PORT"] = $"{RedisPort}",
        ["LOCAL_RABBIT_PLUGINS"] = "rabbitmq_management",
        ["LOCAL_PG_PASSWORD"] = PostgresPassword,
        ["LOCAL_RABBIT_PASSWORD"] = RabbitPassword,
        ["LOCAL_REDIS_PASSWORD"] = RedisPassword,
    };

    private string Password(string purpose)
        => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(Secret), Encoding.ASCII.GetBytes(purpose)))[..24];
}
