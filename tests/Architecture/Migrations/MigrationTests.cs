using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Migrations;

public sealed class MigrationTests
{
    private const string Folder = "services/Memory/Migrations/";

    [Fact]
    public void Every_migration_has_its_own_second_and_a_way_back() => Rule.Holds(MigrationRule.Violations(SourceTree.Repository));

    [Fact]
    public void A_migration_without_a_way_back_is_caught() => Rule.Catches(MigrationRule.Violations(Tree("20260101120000_a.sql")), "has no");

    [Fact]
    public void Two_migrations_of_the_same_second_are_caught()
        => Rule.Catches(
            MigrationRule.Violations(Tree("20260101120000_a.sql", "20260101120000_a.down.sql", "20260101120000_b.sql", "20260101120000_b.down.sql")), "share the time");

    [Fact]
    public void A_way_back_from_nothing_is_caught() => Rule.Catches(MigrationRule.Violations(Tree("20260101120000_a.down.sql")), "not there");

    [Theory]
    [InlineData("1_a.sql")]
    [InlineData("20261301120000_a.sql")]
    [InlineData("20260101120000_A-b.sql")]
    public void A_name_that_does_not_order_is_caught(string name) => Rule.Catches(MigrationRule.Violations(Tree(name)), "is named");

    [Fact]
    public void A_complete_pair_passes() => Rule.Holds(MigrationRule.Violations(Tree("20260101120000_a.sql", "20260101120000_a.down.sql")));

    private static SourceTree Tree(params string[] names) => new([.. names.Select(name => new SourceFile(Folder + name, ""))]);
}
