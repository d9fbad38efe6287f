using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Conformance.Tests.Schemas;

/// <summary>A migrated database, the specification, and the differences between the two.</summary>
public sealed class BothSchemas : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public Specification Specification { get; private set; } = null!;

    public Schema Ours { get; private set; } = null!;

    public IReadOnlyList<string> TablesElsewhere { get; private set; } = [];

    public IReadOnlyList<Difference> Differences { get; private set; } = [];

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await using var connection = await OpenAsync();
        Specification = await Specification.ReadAsync(connection);
        Ours = await Catalogue.ReadAsync(connection, "public");
        TablesElsewhere = await Catalogue.TablesElsewhereAsync(connection);
        Differences =
        [
            .. Comparison.Of(Specification, Ours),
            .. TablesElsewhere.Select(table => new Difference(table, Comparison.Added)),
        ];
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    public async Task<NpgsqlConnection> OpenAsync() => await _database.Admin.OpenConnectionAsync();

    /// <summary>The differences after a change that is taken back at once.</summary>
    public async Task<IReadOnlyList<Difference>> AfterAsync(string change)
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(change, connection))
        {
            await command.ExecuteNonQueryAsync();
        }

        return Comparison.Of(Specification, await Catalogue.ReadAsync(connection, "public"));
    }
}
