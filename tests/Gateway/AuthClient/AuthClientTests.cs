using AiTeams.Testing;

namespace AiTeams.Gateway.Tests.AuthClient;

/// <summary>The official Supabase Auth client from npm, as it is: what it believes about its server is true of the gateway.</summary>
[Collection(OneGateway.Name)]
public sealed class AuthClientTests(GatewayUnderTest gateway)
{
    [Fact]
    public async Task The_official_client_lives_its_everyday_life()
    {
        var node = await NodeTool.RestoreAsync("tests/Gateway/AuthClient");

        var result = await node.RunAsync("contract.mjs", [$"{gateway.Host.HttpAddress}auth/v1"]);

        Assert.True(result.ExitCode == 0, result.Output);
        Assert.Contains("7 of 7", result.Output, StringComparison.Ordinal);
    }
}
