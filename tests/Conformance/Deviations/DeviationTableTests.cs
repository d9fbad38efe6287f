using AiTeams.Conformance.Tests.Schemas;

namespace AiTeams.Conformance.Tests.Deviations;

public sealed class DeviationTableTests
{
    private static readonly Difference[] Differences =
        [new("a.id", "DEFAULT x()"), new("b.id", "DEFAULT x()"), new("a.user_id", "NOT NULL"), new("b.user_id", "NOT NULL"), new("b.user_id", "uuid")];

    [Fact]
    public void Rows_that_name_every_difference_agree() => Assert.Empty(Of(
        "| `*.id` | `y()` | `DEFAULT x()`, quicker | why |",
        "| `{a, b}.user_id` | nullable | `NOT NULL` | why |",
        "| `b.user_id` | `text` | `uuid` | why |",
        "| roles | some | none | of no catalogue |"));

    [Fact]
    public void A_difference_without_a_row_is_reported() => Assert.Equal(
        ["not in the table: b.user_id: uuid"], Of("| `*.id` | | `DEFAULT x()` | why |", "| `{a, b}.user_id` | nullable | `NOT NULL` | why |"));

    [Theory]
    [InlineData("| `{a, b}.user_id` | nullable | `NOT NULL`, `uuid` | why |", "not different: a.user_id: uuid")]
    [InlineData("| `c.user_id` | nullable | `NOT NULL` | why |", "not different: c.user_id: NOT NULL")]
    [InlineData("| `*.name` | nullable | `NOT NULL` | why |", "not different: *.name: NOT NULL")]
    public void A_row_without_its_difference_is_reported(string row, string expected) => Assert.Contains(expected, Of(row));

    [Theory]
    [InlineData("| `a.id` | `y()` | x() | why |")]
    [InlineData("| `a.id` | `y()` | `DEFAULT x()` |")]
    [InlineData("| `a.id` | `y()` | `DEFAULT x()` |  |")]
    public void A_row_that_says_nothing_is_reported(string row) =>
        Assert.Contains(Of(row), disagreement => disagreement.EndsWith(row, StringComparison.Ordinal));

    [Fact]
    public void Two_reasons_for_one_difference_are_reported() => Assert.Equal(
        ["twice in the table: a.id: DEFAULT x()"],
        Table("| `*.id` | | `DEFAULT x()` | why |", "| `a.id` | | `DEFAULT x()` | because |").Repetitions(Differences));

    private static IEnumerable<string> Of(params string[] rows) => Table(rows).Disagreements(Differences);

    private static DeviationTable Table(params string[] rows) => DeviationTable.Read(
        "# D\n\n| x | y |\n\n## Deviations from the specification\n\nText.\n\n| where | specification | here | why |\n|---|---|---|---|\n"
        + string.Join('\n', rows) + "\n\n## Next\n\n| a | b |\n");
}
