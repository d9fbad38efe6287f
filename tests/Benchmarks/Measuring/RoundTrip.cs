using Npgsql;

namespace AiTeams.Benchmarks.Measuring;

/// <summary>One statement, sent and its answer read to the end.</summary>
internal static class RoundTrip
{
    public static async Task<int> RunAsync(NpgsqlDataSource dataSource, NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await ReadAllAsync(reader, cancellationToken);
    }

    /// <summary>Reads every column of every row, as the product would, and returns the number of rows.</summary>
    public static async Task<int> ReadAllAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var values = new object[reader.FieldCount];
        var rows = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            reader.GetValues(values);
            rows++;
        }

        return rows;
    }
}
