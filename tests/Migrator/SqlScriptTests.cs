namespace AiTeams.Migrator.Tests;

public sealed class SqlScriptTests
{
    [Theory]
    [InlineData("SELECT 1; SELECT 2;", new[] { "SELECT 1", "SELECT 2" })]
    [InlineData("SELECT ';';SELECT 'it''s; fine'", new[] { "SELECT ';'", "SELECT 'it''s; fine'" })]
    [InlineData("SELECT E'\\';';SELECT 2", new[] { "SELECT E'\\';'", "SELECT 2" })]
    [InlineData("CREATE POLICY \"a;b\" ON t;SELECT 2", new[] { "CREATE POLICY \"a;b\" ON t", "SELECT 2" })]
    [InlineData("DO $$ BEGIN x; END $$; SELECT 2", new[] { "DO $$ BEGIN x; END $$", "SELECT 2" })]
    [InlineData("DO $a$ $$;$$ ; $a$; SELECT 2", new[] { "DO $a$ $$;$$ ; $a$", "SELECT 2" })]
    [InlineData("-- one; two\nSELECT 1; -- that's it\n", new[] { "SELECT 1" })]
    [InlineData("/* a; 'b */ SELECT 1 /* ; */;", new[] { "SELECT 1 /* ; */" })]
    [InlineData(" \n;; ", new string[0])]
    public void Statements_end_where_PostgreSQL_ends_them(string sql, string[] statements) =>
        Assert.Equal(statements, SqlScript.Split(sql).Select(statement => statement.Text));

    [Fact]
    public void A_statement_knows_its_line()
    {
        const string Script = "-- first\nSELECT 1;\n\n-- second\nSELECT 2;\n";

        Assert.Equal([2, 5], SqlScript.Split(Script).Select(statement => SqlScript.LineAt(Script, statement.Offset)));
    }
}
