using Npgsql;

namespace AiTeams.Isolation.Tests;

/// <summary>SQL that is a file of this project, and how it is run.</summary>
internal static class Statements
{
    public static async Task<string> ReadAsync(string name)
    {
        await using var stream = typeof(Statements).Assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException(name);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    public static async Task<int> ExecuteAsync(this NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = connection.Command(sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Every row, its columns as text.</summary>
    public static async Task<List<string?[]>> RowsAsync(this NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = connection.Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string?[]>();
        while (await reader.ReadAsync())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetString(i))]);
        }

        return rows;
    }

    /// <summary>The first column of every row.</summary>
    public static async Task<List<string>> LinesAsync(this NpgsqlConnection connection, string sql, params object[] parameters) =>
        [.. (await connection.RowsAsync(sql, parameters)).Select(row => row[0]!)];

    private static NpgsqlCommand Command(this NpgsqlConnection connection, string sql, object[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        return command;
    }
}
