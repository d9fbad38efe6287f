using System.Security.Cryptography;
using System.Text;
using AiTeams.Contracts.Integrations.V1;
using Npgsql;

namespace AiTeams.Integrations.Database;

/// <summary>A database as a node names it: what is needed to connect, and nothing that a connection string could smuggle in.</summary>
internal sealed record DatabaseTarget(string Host, int Port, string Database, string Username, string Password, SslMode SslMode)
{
    /// <summary>Tells targets apart without keeping the password.</summary>
    public string Key { get; } = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\0', Host, Port, Database, Username, Password, SslMode))));

    /// <summary>Null, and why, for a connection that says too little.</summary>
    public static (DatabaseTarget? Target, string? Problem) From(DatabaseConnection? connection)
    {
        if (connection is null || connection.Host.Length == 0 || connection.Database.Length == 0 || connection.Username.Length == 0)
        {
            return (null, "The connection needs host, database and username.");
        }

        if (connection.Port is < 0 or > 65535)
        {
            return (null, $"{connection.Port} is no port.");
        }

        SslMode? mode = connection.SslMode switch
        {
            "" or "prefer" => SslMode.Prefer,
            "disable" => SslMode.Disable,
            "require" => SslMode.Require,
            "verify-ca" => SslMode.VerifyCA,
            "verify-full" => SslMode.VerifyFull,
            _ => null,
        };
        return mode is null
            ? (null, "ssl_mode is one of disable, prefer, require, verify-ca and verify-full.")
            : (new(connection.Host, connection.Port == 0 ? 5432 : connection.Port, connection.Database, connection.Username, connection.Password, mode.Value), null);
    }
}
