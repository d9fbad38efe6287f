using AiTeams.Testing;

namespace AiTeams.Gateway.Tests.Accounts;

public sealed class OutsideIssuerTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    [Fact]
    public async Task Where_somebody_else_keeps_the_accounts_there_are_none_here()
    {
        var host = await environment.NewHostAsync<Program>(new ServiceOptions
        {
            Needs = [Server.Postgres],
            Settings = new Dictionary<string, string> { ["Identity:JwksUri"] = "http://127.0.0.1:9/jwks.json" },
        });

        await (await host.Client().GetAsync("/auth/v1/settings")).AssertProblemAsync(404, "not_found");
    }
}
