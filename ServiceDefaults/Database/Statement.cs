using Npgsql;
using NpgsqlTypes;

namespace AiTeams.ServiceDefaults.Database;

/// <summary>A hand-written statement with its positional arguments, each with its type: a null says what it is a null of.</summary>
public static class Statement
{
    public static NpgsqlBatchCommand Of(string sql, params ReadOnlySpan<NpgsqlParameter> arguments)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(argument);
        }
        return command;
    }

    public static NpgsqlParameter Uuid(Guid? value) => Typed(NpgsqlDbType.Uuid, value);

    public static NpgsqlParameter Text(string? value) => Typed(NpgsqlDbType.Text, value);

    public static NpgsqlParameter Texts(string[]? values) => Typed(NpgsqlDbType.Array | NpgsqlDbType.Text, values);

    public static NpgsqlParameter Integer(int? value) => Typed(NpgsqlDbType.Integer, value);

    public static NpgsqlParameter Long(long? value) => Typed(NpgsqlDbType.Bigint, value);

    public static NpgsqlParameter Flag(bool? value) => Typed(NpgsqlDbType.Boolean, value);

    public static NpgsqlParameter Moment(DateTimeOffset? value) => Typed(NpgsqlDbType.TimestampTz, value?.UtcDateTime);

    public static NpgsqlParameter Json(string? value) => Typed(NpgsqlDbType.Jsonb, value);

    public static NpgsqlParameter Bytes(byte[]? value) => Typed(NpgsqlDbType.Bytea, value);

    private static NpgsqlParameter Typed(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
