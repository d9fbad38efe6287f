using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Conformance.Tests.Schemas;

/// <summary>What the specification states, from the files in Facts/.</summary>
public sealed record Specification(Schema Schema, IReadOnlyList<StatedIndex> Indexes)
{
    private static readonly string Facts = Path.Combine(RepositoryFolder.Root, "tests/Conformance/Facts");

    // Two tables are referred to and not defined.
    private const string Surroundings = """
        CREATE SCHEMA specification;
        SET search_path = specification, public, extensions;
        CREATE FUNCTION uuid_generate_v4() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()';
        CREATE TABLE sessions (id UUID PRIMARY KEY);
        CREATE TABLE integrations (integration_id VARCHAR(255) PRIMARY KEY);
        """;

    /// <summary>Lets the server itself read the statements, in a transaction that is rolled back: so nothing is lost in parsing them here.</summary>
    public static async Task<Specification> ReadAsync(NpgsqlConnection connection)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        var statements = Directory.GetFiles(Facts, "*.sql").Order(StringComparer.Ordinal).Select(File.ReadAllText);
        await using (var command = new NpgsqlCommand(string.Join('\n', [Surroundings, .. statements]), connection))
        {
            await command.ExecuteNonQueryAsync();
        }

        var schema = await Catalogue.ReadAsync(connection, "specification");
        var stated = schema.Tables.Where(table => table.Key is not ("sessions" or "integrations")).ToDictionary();
        return new Specification(new Schema(stated), StatedIndex.All(Path.Combine(Facts, "indexes.tsv")));
    }
}

/// <param name="Columns">What it is about; each is in the key or in the predicate.</param>
/// <param name="Method">"-" where none is stated: a B-tree then.</param>
/// <param name="Form">"partial", "composite" or "-".</param>
public sealed record StatedIndex(string Name, string Table, IReadOnlyList<string> Columns, string Method, string Form)
{
    public string ExpectedMethod => Method == "-" ? "btree" : Method;

    public static IReadOnlyList<StatedIndex> All(string file) =>
        [.. File.ReadAllLines(file).Skip(1).Select(line => line.Split('\t')).Select(cell => new StatedIndex(cell[0], cell[1], cell[2].Split(' '), cell[3], cell[4]))];
}
