using AiTeams.Integrations.Connections;
using AiTeams.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiTeams.Integrations.Tests.Connections;

public sealed class ForgetSignInsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Begun = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Begun);
    private TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task What_did_not_come_back_in_ten_minutes_is_forgotten_and_the_rest_is_kept()
    {
        using var duty = Duty();
        await BeginAsync(count: 2, Begun);
        await BeginAsync(count: 3, Begun.AddMinutes(1));

        _clock.SetUtcNow(Begun.AddMinutes(10).AddTicks(-10));
        Assert.Equal(0, await duty.RunOnceAsync(CancellationToken.None));

        _clock.SetUtcNow(Begun.AddMinutes(10));
        Assert.Equal(2, await duty.RunOnceAsync(CancellationToken.None));
        Assert.Equal(3, await CountAsync());
    }

    [Fact]
    public async Task Many_are_forgotten_in_batches_without_waiting_in_between()
    {
        using var duty = Duty();
        await BeginAsync(ForgetSignIns.Batch + 1, Begun);
        _clock.SetUtcNow(Begun.AddMinutes(11));

        await duty.StartAsync(CancellationToken.None);

        await Eventually.AssertAsync(async () => await CountAsync() == 0, TimeSpan.FromSeconds(30), "every sign-in is forgotten although the clock stands still");
        await duty.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Services_that_forget_at_once_forget_each_sign_in_once()
    {
        using var duty = Duty();
        await BeginAsync(count: 1, Begun);
        _clock.SetUtcNow(Begun.AddMinutes(11));

        var forgotten = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => duty.RunOnceAsync(CancellationToken.None)));

        Assert.Equal(1, forgotten.Sum());
    }

    private ForgetSignIns Duty() => new(_database.As("integrations_service"), _clock, NullLogger<ForgetSignIns>.Instance);

    private async Task BeginAsync(int count, DateTimeOffset at)
    {
        await using var command = _database.Admin.CreateCommand("""
            WITH person AS (INSERT INTO auth.users (email, encrypted_password) VALUES (gen_random_uuid()::text, 'a hash') RETURNING id)
            INSERT INTO oauth_states (user_id, integration_id, state_hash, encrypted_code_verifier, redirect_uri, created_at, expires_at)
            SELECT id, 'slack', sha256(gen_random_uuid()::text::bytea), 'gAAAAA' || repeat('x', 94), 'https://example.org', $2, $2 + interval '10 minutes'
            FROM person, generate_series(1, $1)
            """);
        command.Parameters.Add(new() { Value = count });
        command.Parameters.Add(new() { Value = at.UtcDateTime });
        await command.ExecuteNonQueryAsync();
    }

    private async Task<long> CountAsync()
    {
        await using var command = _database.Admin.CreateCommand("SELECT count(*) FROM oauth_states");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
