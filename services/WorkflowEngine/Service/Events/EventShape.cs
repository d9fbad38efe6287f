using System.Buffers;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace AiTeams.WorkflowEngine.Events;

/// <summary>Gives a log line the event name and data that watchers get (names of domain section 4.3).</summary>
internal static class EventShape
{
    /// <summary>The row's columns in the order of the statement in <see cref="ExecutionEventLog"/>.</summary>
    public static ExecutionEvent FromLog(string executionId, NpgsqlDataReader row)
    {
        var data = row.GetString(8);
        var nodeId = row.IsDBNull(3) ? null : row.GetString(3);
        var at = new DateTimeOffset(row.GetDateTime(9), TimeSpan.Zero);
        return new ExecutionEvent(row.GetInt64(0), Name(row.GetString(1), data), executionId, nodeId, at, Body(executionId, nodeId, at, row, data));
    }

    private static string Name(string eventType, string data) => eventType switch
    {
        "workflow_started" => "execution_started",
        "step_started" => "node_started",
        "step_output" or "data_processing" => "node_output_update",
        "step_completed" => "node_completed",
        "step_failed" => "node_failed",
        // An attempt that failed and is repeated is no end of the node.
        "step_error" => Status(data) is "RETRYING" ? "log" : "node_failed",
        "human_interaction" => Status(data) is "WAITING_FOR_HUMAN" ? "user_input_required" : "log",
        "workflow_completed" or "workflow_failed" or "workflow_progress" => Status(data) switch
        {
            "SUCCESS" => "execution_completed",
            "ERROR" => "execution_failed",
            "CANCELED" => "execution_canceled",
            "TIMEOUT" => "execution_timeout",
            "PAUSED" or "WAITING_FOR_HUMAN" => "execution_paused",
            "RUNNING" => "execution_resumed",
            _ => "log",
        },
        _ => "log",
    };

    private static string? Status(string data)
    {
        using var document = JsonDocument.Parse(data);
        return document.RootElement.TryGetProperty("status", out var status) ? status.GetString() : null;
    }

    private static string Body(string executionId, string? nodeId, DateTimeOffset at, NpgsqlDataReader row, string data)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("execution_id", executionId);
            json.WriteString("timestamp", at);
            json.WriteString("level", row.GetString(2));
            if (nodeId is not null)
            {
                json.WriteString("node_id", nodeId);
                json.WriteString("node_name", row.IsDBNull(4) ? null : row.GetString(4));
                json.WriteString("node_type", row.IsDBNull(5) ? null : row.GetString(5));
            }

            json.WriteString("message", row.GetString(6));
            if (!row.IsDBNull(7))
            {
                json.WriteString("user_friendly_message", row.GetString(7));
            }

            json.WritePropertyName("data");
            json.WriteRawValue(data);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
