using AiTeams.Isolation.Tests.Catalogue;
using AiTeams.Isolation.Tests.Documents;
using AiTeams.Isolation.Tests.Matrix;
using AiTeams.Testing;

namespace AiTeams.Isolation.Tests;

/// <summary>Who may do what to whose rows, tried for every table in the catalogue and compared with docs/database.md.</summary>
[Collection(nameof(World))]
public sealed class MatrixTests(World world)
{
    /// <summary>From the catalogue of a migrated database, so a new table is among them without being named anywhere.</summary>
    public static TheoryData<string> EveryTable() => new(Task.Run(NamesAsync).GetAwaiter().GetResult());

    [Theory, MemberData(nameof(EveryTable))]
    public async Task Everybody_reaches_the_rows_that_the_documentation_says_and_no_others(string table)
    {
        var cells = world.Actors.SelectMany(new Cells(world, world.Named(table)).Of).ToList();

        await using var connection = await world.OpenAsync();
        await connection.ExecuteAsync("BEGIN");
        var wrong = await connection.WrongAsync(cells);

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {cells.Sum(cell => cell.Answers)} answers are wrong:\n{string.Join('\n', wrong)}");
    }

    [Fact]
    public async Task Every_table_has_been_tried_and_is_documented()
    {
        Assert.Equal(world.Tables.Select(table => table.Name), await NamesAsync());
        Assert.Equal(
            world.Tables.Where(table => table.PartitionOf is null).Select(table => table.Name).Order(StringComparer.Ordinal),
            AccessRights.Documented.Tables.Order(StringComparer.Ordinal));
    }

    private static async Task<List<string>> NamesAsync()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var connection = await database.Admin.OpenConnectionAsync();
        return [.. (await Table.ReadAllAsync(connection)).Select(table => table.Name)];
    }
}

[CollectionDefinition(nameof(World))]
public sealed class WorldCollection : ICollectionFixture<World>;
