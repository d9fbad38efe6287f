using AiTeams.Memory.Retention;
using AiTeams.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AiTeams.Memory.Tests.Retention;

public sealed class ForgetOldMemoriesTests : IAsyncLifetime
{
    private const string Fill = """
        INSERT INTO auth.users (email, encrypted_password) SELECT n || '@example.org', 'x' FROM generate_series(1, 2) n;
        INSERT INTO conversation_buffers (session_id, user_id, message_index, role, content, timestamp)
        SELECT 's', id, n, 'user', n || ' days old', now() - make_interval(days => n) FROM auth.users, unnest(ARRAY[0, 29, 31, 400]) n;
        INSERT INTO memory_key_values (user_id, key, value, expires_at)
        SELECT id, key, '1', expires_at FROM auth.users,
          (VALUES ('over', now() - interval '1 s'), ('later', now() + interval '1 hour'), ('kept', null)) v (key, expires_at);
        """;

    private TestDatabase _database = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await using var command = _database.Admin.CreateCommand(Fill);
        await command.ExecuteNonQueryAsync();
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task What_is_older_than_the_retention_is_forgotten_whoevers_it_is()
    {
        Assert.Equal(6, await Duty(conversationDays: 30).RunOnceAsync(default));

        Assert.Equal(["0 days old", "0 days old", "29 days old", "29 days old"], await ReadAsync("SELECT content FROM conversation_buffers ORDER BY 1"));
        Assert.Equal(["kept", "kept", "later", "later"], await ReadAsync("SELECT key FROM memory_key_values ORDER BY 1"));
        Assert.Equal(0, await Duty(conversationDays: 30).RunOnceAsync(default));
    }

    [Fact]
    public async Task Without_a_retention_no_message_is_forgotten()
    {
        Assert.Equal(2, await Duty(conversationDays: null).RunOnceAsync(default));

        Assert.Equal(["8"], await ReadAsync("SELECT count(*)::text FROM conversation_buffers"));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(1, true)]
    [InlineData(0, false)]
    [InlineData(-5, false)]
    public void A_retention_is_a_day_at_least(int? days, bool isValid) => Assert.Equal(isValid, new RetentionSettings { ConversationDays = days }.IsValid);

    private ForgetOldMemories Duty(int? conversationDays) => new(
        _database.As("memory_service"), Options.Create(new RetentionSettings { ConversationDays = conversationDays }), TimeProvider.System,
        NullLogger<ForgetOldMemories>.Instance);

    private async Task<List<string>> ReadAsync(string sql)
    {
        await using var command = _database.Admin.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }
}
