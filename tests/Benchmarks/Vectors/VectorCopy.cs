using System.Buffers.Binary;
using System.Text;
using Npgsql;

namespace AiTeams.Benchmarks.Vectors;

/// <summary>Writes embeddings the quickest way there is: COPY in the server's binary format.</summary>
internal static class VectorCopy
{
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>As superuser: COPY does not work on tables with row-level security.</summary>
    public static async Task WriteAsync(
        NpgsqlDataSource admin, string table, Guid userId, string collection, IEnumerable<float[]> vectors, CancellationToken cancellationToken)
    {
        await using var connection = await admin.OpenConnectionAsync(cancellationToken);
        await using var copy = await connection.BeginRawBinaryCopyAsync(
            $"COPY {table} (user_id, collection_name, text_content, embedding) FROM STDIN (FORMAT binary)", cancellationToken);
        await copy.WriteAsync(Header, cancellationToken);
        var buffer = new byte[8192];
        var number = 0;
        foreach (var vector in vectors)
        {
            var length = Row(buffer, userId, collection, $"chunk {number++} of {collection}", vector);
            await copy.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        }

        await copy.WriteAsync(new byte[] { 0xFF, 0xFF }, cancellationToken);
    }

    private static int Row(Span<byte> row, Guid userId, string collection, string text, float[] vector)
    {
        var at = 0;
        BinaryPrimitives.WriteInt16BigEndian(row, 4);
        at += sizeof(short);
        at += Field(row[at..], userId.ToByteArray(bigEndian: true));
        at += Field(row[at..], Encoding.UTF8.GetBytes(collection));
        at += Field(row[at..], Encoding.UTF8.GetBytes(text));
        BinaryPrimitives.WriteInt32BigEndian(row[at..], (2 * sizeof(short)) + (vector.Length * sizeof(float)));
        at += sizeof(int);
        BinaryPrimitives.WriteInt16BigEndian(row[at..], (short)vector.Length);
        BinaryPrimitives.WriteInt16BigEndian(row[(at + sizeof(short))..], 0);
        at += 2 * sizeof(short);
        foreach (var value in vector)
        {
            BinaryPrimitives.WriteSingleBigEndian(row[at..], value);
            at += sizeof(float);
        }

        return at;
    }

    private static int Field(Span<byte> row, byte[] value)
    {
        BinaryPrimitives.WriteInt32BigEndian(row, value.Length);
        value.CopyTo(row[sizeof(int)..]);
        return sizeof(int) + value.Length;
    }
}
