using Npgsql;

namespace AiTeams.Testing.Tests;

public sealed class DatabaseTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    [Fact]
    public async Task A_database_is_migrated_and_has_the_rights_of_the_real_one()
    {
        var database = await environment.DatabaseAsync();

        await using var count = database.Admin.CreateCommand("SELECT count(*) FROM workflows");
        Assert.Equal(0L, await count.ExecuteScalarAsync());

        await using var rights = database.Admin.CreateCommand(
            $"SELECT has_database_privilege('workflow_engine_service', '{database.Name}', 'CONNECT'), has_database_privilege('anon', '{database.Name}', 'CONNECT')");
        await using var reader = await rights.ExecuteReaderAsync();
        await reader.ReadAsync();
        Assert.Equal((true, false), (reader.GetBoolean(0), reader.GetBoolean(1)));
    }

    [Fact]
    public async Task A_service_logs_in_with_its_own_role()
    {
        var database = await environment.DatabaseAsync();

        await using var who = database.As("workflow_engine_service").CreateCommand("SELECT current_user::text");
        Assert.Equal("workflow_engine_service", await who.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Two_databases_know_nothing_of_each_other_and_are_dropped_under_open_connections()
    {
        var first = await TestDatabase.CreateAsync();
        await using var second = await TestDatabase.CreateAsync();
        await using (var make = first.Admin.CreateCommand("CREATE TABLE only_here (id int)"))
        {
            await make.ExecuteNonQueryAsync();
        }

        await using var look = second.Admin.CreateCommand("SELECT to_regclass('public.only_here') IS NULL");
        Assert.Equal(true, await look.ExecuteScalarAsync());

        await using var open = new NpgsqlConnection($"{first.AdminConnectionString};Pooling=false");
        await open.OpenAsync();
        await first.DisposeAsync();

        await using var left = second.Admin.CreateCommand($"SELECT count(*) FROM pg_database WHERE datname = '{first.Name}'");
        Assert.Equal(0L, await left.ExecuteScalarAsync());
    }
}
