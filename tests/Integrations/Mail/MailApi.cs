using AiTeams.Testing;
using Grpc.Core;
using Grpc.Net.Client;
using V1 = AiTeams.Contracts.Integrations.V1;

namespace AiTeams.Integrations.Tests.Mail;

/// <summary>An integrations service whose operator has mail servers, and those servers.</summary>
[CollectionDefinition(Name)]
public sealed class MailApi : ICollectionFixture<MailApi>, IAsyncLifetime
{
    public const string Name = "mail";

    private readonly TestEnvironment _environment = new();
    private GrpcChannel _channel = null!;

    public MailServers Servers { get; private set; } = null!;

    public Guid User { get; } = Guid.NewGuid();

    internal ServiceHost<IntegrationsCalls> Host { get; private set; } = null!;

    public V1.Integrations.IntegrationsClient Client { get; private set; } = null!;

    public Metadata AsService { get; } = new() { { "authorization", "Bearer " + TestIdentity.ServiceToken("human-in-the-loop") } };

    public V1.CallContext Context => new() { UserId = $"{User}" };

    public async Task InitializeAsync()
    {
        Servers = await MailServers.StartAsync();
        Host = await _environment.HostAsync<IntegrationsCalls>(new ServiceOptions
        {
            Settings = new Dictionary<string, string>
            {
                ["Integrations:Mail:Smtp:Host"] = "localhost",
                ["Integrations:Mail:Smtp:Port"] = $"{Servers.SmtpsPort}",
                ["Integrations:Mail:Smtp:Security"] = "tls",
                ["Integrations:Mail:Smtp:Username"] = "platform",
                ["Integrations:Mail:Smtp:Password"] = MailServers.Password,
                ["Integrations:Mail:Smtp:From"] = "AI Teams <team@example.org>",
                ["Integrations:Mail:Smtp:CertificateAuthority"] = Servers.Authority,
                ["Integrations:Mail:Imap:Host"] = "localhost",
                ["Integrations:Mail:Imap:Port"] = $"{Servers.ImapsPort}",
                ["Integrations:Mail:Imap:Security"] = "tls",
                ["Integrations:Mail:Imap:Username"] = "team@example.org",
                ["Integrations:Mail:Imap:Password"] = MailServers.Password,
                ["Integrations:Mail:Imap:CertificateAuthority"] = Servers.Authority,
                // "localhost" is what the servers' certificate is for.
                ["Integrations:Outside:AllowedPrivateTargets:1"] = "localhost",
            },
        });
        var database = await _environment.DatabaseAsync();
        await using var insert = database.Admin.CreateCommand("INSERT INTO auth.users (id, email, encrypted_password) VALUES ($1, 'mail@example.org', '-')");
        insert.Parameters.Add(new() { Value = User });
        await insert.ExecuteNonQueryAsync();
        _channel = GrpcChannel.ForAddress(Host.GrpcAddress, new() { MaxReceiveMessageSize = 64 * 1024 * 1024 });
        Client = new(_channel);
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _environment.DisposeAsync();
        await Servers.DisposeAsync();
    }

    /// <summary>What the call log says: operation, success, error and request, the latest first.</summary>
    public async Task<string> LoggedAsync(string operation)
    {
        var database = await _environment.DatabaseAsync();
        await using var query = database.Admin.CreateCommand("""
            SELECT string_agg(concat_ws(' ', api_endpoint, success, error_type, error_message, request_data, response_data), E'\n' ORDER BY called_at DESC)
            FROM external_api_call_logs WHERE operation = $1
            """);
        query.Parameters.Add(new() { Value = operation });
        return await query.ExecuteScalarAsync() as string ?? "";
    }
}
