using System.Globalization;
using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

public sealed class ReferenceTests
{
    private const string Admin = "-- run as: administrator\n";

    private static readonly IReadOnlyDictionary<string, string> NoPasswords = new Dictionary<string, string>();

    // Who may write it is nobody but the owner, as with every table that has reference rows.
    private static readonly Migration Table = new(
        "20260101000000", "table", Admin + """
            CREATE SCHEMA kinds AUTHORIZATION aiteams_owner;
            SET LOCAL ROLE aiteams_owner;
            CREATE TABLE kinds.kind (name text PRIMARY KEY, runs integer NOT NULL DEFAULT 1, writer text NOT NULL DEFAULT current_user);
            ALTER TABLE kinds.kind ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY "Owner keeps reference rows" ON kinds.kind TO aiteams_owner USING (true) WITH CHECK (true);

            """, Admin + "DROP SCHEMA kinds CASCADE;\n");

    [Fact]
    public async Task A_file_runs_once_and_again_when_it_has_changed()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        await UpAsync(database, [Table], [Kind("a")]);
        Assert.Equal(["a 1 aiteams_owner"], await KindsAsync(database));

        await UpAsync(database, [Table], [Kind("a")]);
        Assert.Equal(["a 1 aiteams_owner"], await KindsAsync(database));

        await UpAsync(database, [Table], [Kind("a", comment: "-- another sentence\n")]);
        Assert.Equal(["a 2 aiteams_owner"], await KindsAsync(database));
    }

    [Fact]
    public async Task A_new_file_does_not_run_the_others_again()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        await UpAsync(database, [Table], [Kind("b")]);
        await UpAsync(database, [Table], [Kind("a"), Kind("b")]);

        Assert.Equal(["a 1 aiteams_owner", "b 1 aiteams_owner"], await KindsAsync(database));
    }

    [Fact]
    public async Task A_failing_file_leaves_nothing_of_itself_and_everything_of_the_others_and_is_named()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var bad = new ReferenceFile("bad.sql", "INSERT INTO kinds.kind (name) VALUES ('half');\n\nINSERT INTO kinds.kind (nome) VALUES ('x');\n");

        var failure = await Assert.ThrowsAsync<MigrationException>(() => UpAsync(database, [Table], [Kind("a"), bad]));

        Assert.StartsWith("reference bad.sql(3): 42703 ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["a 1 aiteams_owner"], await KindsAsync(database));

        await UpAsync(database, [Table], [Kind("a"), Kind("bad")]);
        Assert.Equal(["a 1 aiteams_owner", "bad 1 aiteams_owner"], await KindsAsync(database));
    }

    [Fact]
    public async Task Several_migrators_at_once_run_a_file_once()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => UpAsync(database, [Table], [Kind("a"), Kind("b")]))));

        Assert.Equal(["a 1 aiteams_owner", "b 1 aiteams_owner"], await KindsAsync(database));
    }

    [Fact]
    public async Task A_file_runs_again_after_its_table_was_reverted()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await UpAsync(database, [Table], [Kind("a")]);

        await new Migrator([Table], [Kind("a")], TextWriter.Null).DownAsync(database.AdminConnectionString, "0", CancellationToken.None);
        await using (var connection = await database.OpenAdministratorAsync())
        {
            Assert.Equal(0, await connection.ScalarAsync<long>(
                "SELECT (SELECT count(*) FROM deployment.migrations) + (SELECT count(*) FROM deployment.reference_files)"));
        }

        await UpAsync(database, [Table], [Kind("a")]);
        Assert.Equal(["a 1 aiteams_owner"], await KindsAsync(database));
    }

    [Fact]
    public async Task A_database_migrated_before_there_were_reference_files_gets_them()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await UpAsync(database, [Table], []);
        await using (var connection = await database.OpenAdministratorAsync())
        {
            await connection.ExecuteAsync("DROP TABLE deployment.reference_files");
        }

        await UpAsync(database, [Table], [Kind("a")]);
        Assert.Equal(["a 1 aiteams_owner"], await KindsAsync(database));
    }

    [Fact]
    public async Task Status_and_output_name_the_files()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var output = new StringWriter(CultureInfo.InvariantCulture);

        await new Migrator([Table], [Kind("a")], output).UpAsync(database.AdminConnectionString, NoPasswords, CancellationToken.None);
        await new Migrator([Table], [Kind("a"), Kind("b")], output).StatusAsync(database.AdminConnectionString, CancellationToken.None);

        Assert.Matches(@"applied  reference a\.sql  \d+ ms", output.ToString());
        Assert.Contains("applied  reference a.sql\n", output.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("pending  reference b.sql", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_products_own_files_may_run_any_number_of_times()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var connection = await database.OpenAdministratorAsync();
        Assert.Equal(
            Migrations.References.Select(file => $"{file.FileName} {file.Checksum}"),
            await connection.LinesAsync("SELECT file_name || ' ' || checksum FROM deployment.reference_files ORDER BY file_name COLLATE \"C\""));

        await connection.ExecuteAsync("DELETE FROM deployment.reference_files");
        await database.MigrateAsync();

        Assert.Equal(Migrations.References.Count, await connection.CountAsync("deployment.reference_files"));
    }

    [Fact]
    public void Files_are_ordered_by_name_and_a_misnamed_one_is_refused()
    {
        Assert.Equal(["a.sql", "b.sql"], ReferenceFile.Order([("b.sql", "x"), ("a.sql", "\uFEFFy\r\n")]).Select(file => file.FileName));
        Assert.Equal(
            ReferenceFile.Order([("a.sql", "y\n")])[0].Checksum, ReferenceFile.Order([("a.sql", "\uFEFFy\r\n")])[0].Checksum);
        Assert.Throws<MigrationException>(() => ReferenceFile.Order([("Upper.sql", "x")]));
    }

    private static ReferenceFile Kind(string name, string comment = "") => new(
        $"{name}.sql", $"{comment}INSERT INTO kinds.kind (name) VALUES ('{name}') ON CONFLICT (name) DO UPDATE SET runs = kind.runs + 1;\n");

    private static Task<IReadOnlyList<Migration>> UpAsync(
        TestDatabase database, IReadOnlyList<Migration> migrations, IReadOnlyList<ReferenceFile> references) =>
        new Migrator(migrations, references, TextWriter.Null).UpAsync(database.AdminConnectionString, NoPasswords, CancellationToken.None);

    private static async Task<List<string>> KindsAsync(TestDatabase database)
    {
        await using var connection = await database.OpenAdministratorAsync();
        return await connection.LinesAsync("SELECT concat_ws(' ', name, runs, writer) FROM kinds.kind ORDER BY name");
    }
}
