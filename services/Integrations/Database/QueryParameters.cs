using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.Integrations.Database;

/// <summary>
/// JSON values as parameters. A text goes out untyped, so that the server reads it as what stands beside it (a date, a uuid, an enum);
/// a number in the narrowest type that holds it exactly; a list of texts, numbers or booleans as an array; everything else as jsonb.
/// </summary>
internal static class QueryParameters
{
    public const int Max = 1000;

    public static void Bind(NpgsqlCommand command, JsonElement values)
    {
        foreach (var value in values.EnumerateArray())
        {
            command.Parameters.Add(Parameter(value));
        }

        if (command.Parameters.Count == 0)
        {
            // With a parameter Npgsql sends the text as it is, in one extended query; without, it would cut it at semicolons itself.
            command.Parameters.Add(new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        }
    }

    private static NpgsqlParameter Parameter(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Unknown },
        JsonValueKind.True or JsonValueKind.False => new() { Value = value.GetBoolean(), NpgsqlDbType = NpgsqlDbType.Boolean },
        JsonValueKind.String => new() { Value = value.GetString()!, NpgsqlDbType = NpgsqlDbType.Unknown },
        JsonValueKind.Number => Number(value),
        JsonValueKind.Array => Array(value),
        _ => Json(value),
    };

    private static NpgsqlParameter Number(JsonElement value)
    {
        if (value.TryGetInt32(out var narrow))
        {
            return new() { Value = narrow, NpgsqlDbType = NpgsqlDbType.Integer };
        }

        if (value.TryGetInt64(out var wide))
        {
            return new() { Value = wide, NpgsqlDbType = NpgsqlDbType.Bigint };
        }

        // Digits as written: neither double nor decimal would keep them all.
        return new() { Value = value.GetRawText(), NpgsqlDbType = NpgsqlDbType.Unknown };
    }

    private static NpgsqlParameter Array(JsonElement value)
    {
        var kinds = value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.False ? JsonValueKind.True : item.ValueKind).Distinct().ToArray();
        return kinds switch
        {
            [] => new() { Value = "{}", NpgsqlDbType = NpgsqlDbType.Unknown },
            [JsonValueKind.String] => new() { Value = value.EnumerateArray().Select(item => item.GetString()!).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            [JsonValueKind.True] => new() { Value = value.EnumerateArray().Select(item => item.GetBoolean()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Boolean },
            [JsonValueKind.Number] when value.EnumerateArray().All(item => item.TryGetInt64(out _)) =>
                new() { Value = value.EnumerateArray().Select(item => item.GetInt64()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
            [JsonValueKind.Number] when value.EnumerateArray().All(item => decimal.TryParse(item.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out _)) =>
                new() { Value = value.EnumerateArray().Select(item => item.GetDecimal()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Numeric },
            _ => Json(value),
        };
    }

    private static NpgsqlParameter Json(JsonElement value) => new() { Value = value.GetRawText(), NpgsqlDbType = NpgsqlDbType.Jsonb };
}
