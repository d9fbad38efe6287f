namespace AiTeams.Migrator.Tests;

public sealed class MigrationFileTests
{
    [Fact]
    public void Files_are_paired_and_ordered_by_time()
    {
        var migrations = Migration.Pair(
        [
            ("20260102000000_second.down.sql", "DROP 2"), ("20260101000000_first.sql", "CREATE 1"),
            ("20260102000000_second.sql", "CREATE 2"), ("20260101000000_first.down.sql", "DROP 1"),
        ]);

        Assert.Equal(["20260101000000_first.sql", "20260102000000_second.sql"], migrations.Select(migration => migration.FileName));
        Assert.Equal(["DROP 1\n", "DROP 2\n"], migrations.Select(migration => migration.Down));
    }

    [Theory]
    [InlineData("20260101000000_alone.sql", "20260101000000_alone.sql has no 20260101000000_alone.down.sql")]
    [InlineData("20260101000000_alone.down.sql", "20260101000000_alone.down.sql has no .sql")]
    [InlineData("2026_short.sql", "YYYYMMDDHHMMSS_name.sql")]
    [InlineData("20260101000000_Upper.sql", "YYYYMMDDHHMMSS_name.sql")]
    public void A_file_that_would_be_overlooked_is_refused(string fileName, string message)
    {
        var refusal = Assert.Throws<MigrationException>(() => Migration.Pair([(fileName, "SELECT 1")]));

        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_migrations_of_the_same_time_are_refused()
    {
        var refusal = Assert.Throws<MigrationException>(() => Migration.Pair(
        [
            ("20260101000000_one.sql", ""), ("20260101000000_one.down.sql", ""),
            ("20260101000000_other.sql", ""), ("20260101000000_other.down.sql", ""),
        ]));

        Assert.Contains("20260101000000_other.sql", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT 1;\r\nSELECT 2;\r\n")]
    [InlineData("\uFEFFSELECT 1;\nSELECT 2;\n")]
    [InlineData("SELECT 1;\nSELECT 2;")]
    public void Line_endings_and_byte_order_mark_do_not_change_the_checksum(string text) =>
        Assert.Equal(One("SELECT 1;\nSELECT 2;\n").Checksum, One(text).Checksum);

    [Fact]
    public void A_changed_statement_changes_the_checksum() => Assert.NotEqual(One("SELECT 1;").Checksum, One("SELECT 2;").Checksum);

    [Fact]
    public void Directives_are_read_from_the_comments_at_the_top_only()
    {
        var migration = One("-- skip when: to_regclass('x') IS NOT NULL\n-- run as: administrator\nSELECT 1;\n");
        var plain = One("SELECT 1;\n-- run as: administrator\n-- skip when: true\n");

        Assert.Equal("to_regclass('x') IS NOT NULL", migration.SkipWhen);
        Assert.True(migration.UpAsAdministrator);
        Assert.Null(plain.SkipWhen);
        Assert.False(plain.UpAsAdministrator);
    }

    [Fact]
    public void An_unknown_login_to_run_as_is_refused() =>
        Assert.Throws<MigrationException>(() => One("-- run as: somebody\nSELECT 1;"));

    [Fact]
    public void The_product_has_migrations_of_every_owner_and_a_stable_hash()
    {
        var names = Migrations.All.Select(migration => migration.Name).ToList();

        Assert.Equal(["schemas_and_privileges", "auth_claims", "auth_users", "sessions", "messaging"], names.Take(5));
        Assert.Contains("workflows", names);
        Assert.Matches("^[0-9a-f]{64}$", Migrations.Hash);
        Assert.Equal(Migrations.Hash, Migrations.Hash);
    }

    private static Migration One(string up) =>
        Migration.Pair([("20260101000000_one.sql", up), ("20260101000000_one.down.sql", "SELECT 1")])[0];
}
