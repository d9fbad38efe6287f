using AiTeams.Integrations.CallLog;
using AiTeams.Integrations.Connections;
using AiTeams.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AiTeams.Integrations.Tests;

public sealed class DutiesTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    [Fact]
    public async Task The_service_tends_its_call_log_and_forgets_sign_ins()
    {
        var host = await environment.HostAsync<IntegrationsCalls>();

        var duties = host.Services.GetServices<IHostedService>().Select(duty => duty.GetType()).ToList();

        Assert.Contains(typeof(CallLogPartitions), duties);
        Assert.Contains(typeof(ForgetSignIns), duties);
    }

    [Fact]
    public async Task A_sign_in_that_ran_out_before_the_service_started_is_gone_soon_after()
    {
        var database = await environment.DatabaseAsync();
        await using (var insert = database.Admin.CreateCommand("""
            WITH person AS (INSERT INTO auth.users (email, encrypted_password) VALUES ('a@example.org', 'a hash') RETURNING id)
            INSERT INTO oauth_states (user_id, integration_id, state_hash, encrypted_code_verifier, redirect_uri, created_at, expires_at)
            SELECT id, 'slack', sha256('a'), 'gAAAAA' || repeat('x', 94), 'https://example.org', now() - interval '1 hour', now() - interval '55 minutes' FROM person
            """))
        {
            await insert.ExecuteNonQueryAsync();
        }

        await environment.NewHostAsync<IntegrationsCalls>();

        await Eventually.AssertAsync(
            async () =>
            {
                await using var count = database.Admin.CreateCommand("SELECT count(*) FROM oauth_states");
                return (long)(await count.ExecuteScalarAsync())! == 0;
            },
            TimeSpan.FromSeconds(30), "the sign-in is forgotten");
    }
}
