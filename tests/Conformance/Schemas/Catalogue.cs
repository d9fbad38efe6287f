using Npgsql;

namespace AiTeams.Conformance.Tests.Schemas;

/// <summary>Reads a schema out of the database's own catalogue; for both sides of the comparison in the same way.</summary>
public static class Catalogue
{
    // Partitions repeat what their parent says.
    private const string Tables = """
        WITH tables AS (
          SELECT c.oid, c.relname::text AS name FROM pg_class c
          WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition)
        """;

    private const string Columns = Tables + """
        SELECT name, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
        FROM tables JOIN pg_attribute a ON a.attrelid = tables.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum ORDER BY name, a.attnum
        """;

    private const string Checks = Tables + """
        SELECT name, c.conname::text, pg_get_constraintdef(c.oid),
          ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = ANY (c.conkey) ORDER BY 1)
        FROM tables JOIN pg_constraint c ON c.conrelid = tables.oid AND c.contype = 'c' ORDER BY name, 2
        """;

    private const string Keys = Tables + """
        SELECT name, i.indisprimary, pg_get_expr(i.indpred, i.indrelid),
          ARRAY(SELECT coalesce(a.attname::text, '(' || pg_get_indexdef(i.indexrelid, k, true) || ')') FROM generate_series(1, i.indnkeyatts) k
            LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k - 1] AND a.attnum > 0),
          i.indexrelid::regclass::text, i.indnullsnotdistinct
        FROM tables JOIN pg_index i ON i.indrelid = tables.oid AND i.indisunique AND i.indisvalid ORDER BY name, i.indexrelid
        """;

    private const string ForeignKeys = Tables + """
        SELECT name, CASE WHEN r.relnamespace = $1::regnamespace THEN r.relname::text ELSE r.relnamespace::regnamespace || '.' || r.relname END,
          c.confdeltype::text, c.convalidated, ARRAY(
            SELECT a.attname || '>' || f.attname FROM unnest(c.conkey, c.confkey) AS pair (own, other)
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = own JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = other ORDER BY 1)
        FROM tables JOIN pg_constraint c ON c.conrelid = tables.oid AND c.contype = 'f' AND c.conparentid = 0
        JOIN pg_class r ON r.oid = c.confrelid ORDER BY name, c.oid
        """;

    private const string Indexes = Tables + """
        SELECT name, r.relname::text, m.amname::text, i.indnkeyatts::int, i.indpred IS NOT NULL, i.indisunique, pg_get_indexdef(r.oid)
        FROM tables JOIN pg_index i ON i.indrelid = tables.oid AND i.indisvalid
        JOIN pg_class r ON r.oid = i.indexrelid JOIN pg_am m ON m.oid = r.relam ORDER BY name, 2
        """;

    public static async Task<Schema> ReadAsync(NpgsqlConnection connection, string schema)
    {
        // What is on the path is written without its schema, on both sides.
        await using (var path = new NpgsqlCommand($"SET search_path = {schema}, public, extensions", connection))
        {
            await path.ExecuteNonQueryAsync();
        }

        var columns = await RowsAsync(connection, Columns, schema, row =>
            new Column(row.GetString(1), row.GetString(2), row.GetBoolean(3), row.IsDBNull(4) ? null : Expression.Of(row.GetString(4))));
        var checks = await RowsAsync(connection, Checks, schema, row =>
            new Check(row.GetString(1), row.GetFieldValue<string[]>(3), Expression.Of(row.GetString(2))));
        var keys = await RowsAsync(connection, Keys, schema, row =>
            new Key(row.GetString(4), row.GetBoolean(1), row.GetFieldValue<string[]>(3), row.IsDBNull(2) ? null : row.GetString(2), row.GetBoolean(5)));
        var foreignKeys = await RowsAsync(connection, ForeignKeys, schema, row =>
            new ForeignKey(row.GetString(1), [.. row.GetFieldValue<string[]>(4).Select(Pair)], OnDelete(row.GetString(2)), row.GetBoolean(3)));
        var indexes = await RowsAsync(connection, Indexes, schema, row =>
            new NamedIndex(row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetBoolean(4), row.GetBoolean(5), row.GetString(6)));

        return new Schema(columns.ToDictionary(
            table => table.Key,
            table => new Table(
                table.Key, [.. table], [.. checks[table.Key]], [.. keys[table.Key]], [.. foreignKeys[table.Key]], [.. indexes[table.Key]])));
    }

    /// <summary>Tables outside public, which the specification knows only as "auth.users".</summary>
    public static async Task<IReadOnlyList<string>> TablesElsewhereAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("""
            SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'public', 'specification')
              AND NOT (n.nspname = 'auth' AND c.relname = 'users')
            ORDER BY 1
            """, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private static async Task<ILookup<string, T>> RowsAsync<T>(NpgsqlConnection connection, string query, string schema, Func<NpgsqlDataReader, T> read)
    {
        await using var command = new NpgsqlCommand(query, connection);
        command.Parameters.Add(new() { Value = schema });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(string Table, T Value)>();
        while (await reader.ReadAsync())
        {
            rows.Add((reader.GetString(0), read(reader)));
        }

        return rows.ToLookup(row => row.Table, row => row.Value);
    }

    private static (string, string) Pair(string text) => (text.Split('>')[0], text.Split('>')[1]);

    private static string OnDelete(string code) => code switch
    {
        "a" => "",
        "r" => "RESTRICT",
        "c" => "CASCADE",
        "n" => "SET NULL",
        "d" => "SET DEFAULT",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "unknown action"),
    };
}
