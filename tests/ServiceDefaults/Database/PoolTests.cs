using System.Globalization;
using AiTeams.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AiTeams.ServiceDefaults.Tests.Database;

public sealed class PoolTests
{
    private const int Services = 6;

    [Theory]
    [InlineData("", 30)]
    [InlineData(";Maximum Pool Size=7", 7)]
    public async Task A_service_opens_as_many_connections_as_it_is_told(string setting, int expected) => Assert.Equal(expected, await MaxPoolSizeAsync(setting));

    /// <summary>With room for a second instance of half of them, the migrator and a person.</summary>
    [Fact]
    public async Task All_services_together_leave_room_on_the_local_server()
    {
        var setting = File.ReadLines(Path.Combine(RepositoryFolder.Root, "deploy/local/lib/postgres.sh"))
            .Single(line => line.StartsWith("max_connections = ", StringComparison.Ordinal));
        var server = int.Parse(setting["max_connections = ".Length..], CultureInfo.InvariantCulture);

        Assert.InRange(await MaxPoolSizeAsync("") * (Services + (Services / 2)), 1, server - 10);
    }

    private static async Task<int> MaxPoolSizeAsync(string setting)
    {
        var nobody = $"Host=127.0.0.1;Port={FreePorts.Take()};Database=nothing;Username=nobody{setting}";
        await using var service = await ServiceUnderTest.StartAsync(
            builder => builder.AddPostgres(), settings: new() { ["ConnectionStrings:aiteams"] = nobody });
        return new NpgsqlConnectionStringBuilder(service.App.Services.GetRequiredService<NpgsqlDataSource>().ConnectionString).MaxPoolSize;
    }
}
