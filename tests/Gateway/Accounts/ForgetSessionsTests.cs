using AiTeams.Gateway.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace AiTeams.Gateway.Tests.Accounts;

[Collection(OneGateway.Name)]
public sealed class ForgetSessionsTests(GatewayUnderTest gateway)
{
    [Fact]
    public async Task What_ended_long_ago_goes_and_what_stands_stays()
    {
        var (ended, standing) = (await gateway.SignUpAsync(), await gateway.SignUpAsync());
        await ended.SendAsync(HttpMethod.Post, "/auth/v1/logout");
        var refreshed = standing with { Body = await (await standing.RefreshAsync()).JsonAsync() };
        await ExecuteAsync("UPDATE auth.sessions SET revoked_at = now() - interval '31 days' WHERE user_id = $1 AND revoked_at IS NOT NULL", ended.UserId);
        await ExecuteAsync("UPDATE auth.refresh_tokens SET used_at = now() - interval '31 days' WHERE user_id = $1 AND revoked", standing.UserId);

        await gateway.Host.Services.GetRequiredService<ForgetSessions>().RunOnceAsync(CancellationToken.None);

        Assert.Equal(0, await CountAsync("auth.sessions", ended.UserId));
        Assert.Equal((1, 1), (await CountAsync("auth.sessions", standing.UserId), await CountAsync("auth.refresh_tokens", standing.UserId)));
        Assert.Equal(200, (int)(await refreshed.RefreshAsync()).StatusCode);
    }

    private async Task ExecuteAsync(string sql, Guid user)
    {
        await using var command = (await gateway.Environment.DatabaseAsync()).Admin.CreateCommand(sql);
        command.Parameters.Add(new() { Value = user });
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    private async Task<long> CountAsync(string table, Guid user)
    {
        await using var command = (await gateway.Environment.DatabaseAsync()).Admin.CreateCommand($"SELECT count(*) FROM {table} WHERE user_id = $1");
        command.Parameters.Add(new() { Value = user });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
