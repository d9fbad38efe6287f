using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;

namespace AiTeams.Integrations.Database;

/// <summary>
/// Writes rows as JSON from PostgreSQL's own text of each value, so that nothing is rounded on the way: numbers with all their digits,
/// json as it is stored, booleans as such, times in ISO 8601, and every other type as the text psql would show.
/// </summary>
internal sealed class RowWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _writer;
    private readonly int _maxBytes;
    private readonly char[] _chars = ArrayPool<char>.Shared.Rent(4096);
    private string[] _names = [];
    private string[] _types = [];

    public RowWriter(int maxBytes)
    {
        _maxBytes = maxBytes;
        _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _writer.WriteStartArray();
    }

    public IReadOnlyList<(string Name, string Type)> Columns => [.. _names.Zip(_types)];

    public void Describe(NpgsqlDataReader reader)
    {
        _names = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
        _types = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetDataTypeName)];
    }

    /// <summary>False: the rows have become longer than they may.</summary>
    public async Task<bool> WriteAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        _writer.WriteStartObject();
        for (var index = 0; index < _names.Length; index++)
        {
            _writer.WritePropertyName(_names[index]);
            if (await reader.IsDBNullAsync(index, cancellationToken))
            {
                _writer.WriteNullValue();
                continue;
            }

            if (await TextAsync(reader, index, cancellationToken) is not { } text)
            {
                return false;
            }

            WriteValue(_types[index], text);
        }

        _writer.WriteEndObject();
        return _writer.BytesCommitted + _writer.BytesPending <= _maxBytes;
    }

    public ReadOnlyMemory<byte> Finish()
    {
        _writer.WriteEndArray();
        _writer.Flush();
        return _buffer.WrittenMemory;
    }

    public void Dispose()
    {
        _writer.Dispose();
        ArrayPool<char>.Shared.Return(_chars);
    }

    // Read in pieces: one value may be a gigabyte.
    private async Task<string?> TextAsync(NpgsqlDataReader reader, int index, CancellationToken cancellationToken)
    {
        using var source = await reader.GetTextReaderAsync(index, cancellationToken);
        var read = await source.ReadBlockAsync(_chars, cancellationToken);
        if (read < _chars.Length)
        {
            return new string(_chars, 0, read);
        }

        var text = new StringBuilder();
        for (; read > 0; read = await source.ReadBlockAsync(_chars, cancellationToken))
        {
            text.Append(_chars, 0, read);
            if (text.Length > _maxBytes)
            {
                return null;
            }
        }

        return text.ToString();
    }

    private void WriteValue(string type, string text)
    {
        switch (type)
        {
            case "smallint" or "integer" or "bigint" or "oid":
            case "numeric" or "real" or "double precision" when IsJsonNumber(text):
            case "json" or "jsonb":
                _writer.WriteRawValue(text, skipInputValidation: true);
                break;
            case "boolean":
                _writer.WriteBooleanValue(text == "t");
                break;
            case "timestamp without time zone" or "timestamp with time zone" when text.Length > 10 && text[10] == ' ':
                _writer.WriteStringValue(Iso(text));
                break;
            default:
                _writer.WriteStringValue(text);
                break;
        }
    }

    // NaN and Infinity are numbers to PostgreSQL and not to JSON.
    private static bool IsJsonNumber(string text) =>
        char.IsAsciiDigit(text[^1]) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    // 2026-01-02 03:04:05+00 → 2026-01-02T03:04:05+00:00
    private static string Iso(string text)
    {
        var iso = $"{text[..10]}T{text[11..]}";
        return iso.Length > 3 && iso[^3] is '+' or '-' ? $"{iso}:00" : iso;
    }
}
