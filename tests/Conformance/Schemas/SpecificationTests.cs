namespace AiTeams.Conformance.Tests.Schemas;

/// <summary>Nothing was lost when the specification's statements were written down.</summary>
public sealed class SpecificationTests(BothSchemas schemas) : IClassFixture<BothSchemas>
{
    private IEnumerable<Table> Tables => schemas.Specification.Schema.Tables.Values;

    [Fact]
    public void It_has_28_tables_and_369_columns()
    {
        Assert.Equal(28, Tables.Count());
        Assert.Equal(369, Tables.Sum(table => table.Columns.Count));
    }

    [Fact]
    public void It_has_28_named_checks_and_6_without_a_name()
    {
        Assert.Equal(28, Tables.Sum(table => table.Checks.Count(check => !check.IsUnnamedOf(table.Name))));
        Assert.Equal(6, Tables.Sum(table => table.Checks.Count(check => check.IsUnnamedOf(table.Name))));
    }

    [Fact]
    public void It_has_28_primary_keys_16_other_keys_and_27_foreign_keys()
    {
        Assert.Equal(28, Tables.Sum(table => table.Keys.Count(key => key.IsPrimary)));
        Assert.Equal(16, Tables.Sum(table => table.Keys.Count(key => !key.IsPrimary)));
        Assert.Equal(27, Tables.Sum(table => table.ForeignKeys.Count));
    }

    /// <summary>65 lines name an index; one of them, idx_entity_relationships_source/target, names two.</summary>
    [Fact]
    public void It_names_66_indexes()
    {
        Assert.Equal(66, schemas.Specification.Indexes.Select(index => index.Name).Distinct().Count());
        Assert.All(schemas.Specification.Indexes, index =>
            Assert.All(index.Columns, column => Assert.True(schemas.Specification.Schema.Tables[index.Table].Has(column), $"{index.Name}: {column}")));
    }
}
