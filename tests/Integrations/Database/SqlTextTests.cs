using AiTeams.Integrations.Database;

namespace AiTeams.Integrations.Tests.Database;

public sealed class SqlTextTests
{
    [Theory]
    [InlineData("", 0, 0)]
    [InlineData(" ; ;-- nothing\n", 0, 0)]
    [InlineData("/* $1; */ SELECT 1", 1, 0)]
    [InlineData("SELECT 1;", 1, 0)]
    [InlineData("SELECT 1; SELECT 2", 2, 0)]
    [InlineData("SELECT $1, $2 -- ; $9", 1, 2)]
    [InlineData("SELECT ';', '$3', 'it''s; $4'", 1, 0)]
    [InlineData("SELECT E'\\'; $3'", 1, 0)]
    [InlineData("SELECT '\\'; DROP TABLE x", 2, 0)]
    [InlineData("SELECT \";\" FROM \"$1\"", 1, 0)]
    [InlineData("SELECT $$ ; $1 $$, $a$ $$;$$ $a$, $2", 1, 2)]
    [InlineData("SELECT a$1 FROM t$2", 1, 0)]
    [InlineData("/* /* ; */ $8; */ SELECT $1", 1, 1)]
    [InlineData("SELECT 'open; $1", 1, 0)]
    public void Statements_and_parameters_are_told_apart_from_text(string sql, int statements, int parameters) =>
        Assert.Equal((statements, parameters), SqlText.Scan(sql));
}
