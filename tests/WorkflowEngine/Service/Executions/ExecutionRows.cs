namespace AiTeams.WorkflowEngine.Tests;

/// <summary>Executions as the engine's writer leaves them, put there without running anything.</summary>
internal static class ExecutionRows
{
    /// <summary>A waiting execution: two nodes done, a DELAY whose timer is not due, five log entries.</summary>
    public static async Task<string> NewExecutionAsync(
        this DefinitionApi api, TestUser user, string workflowId, string status = "PAUSED", string mode = "MANUAL", DateTimeOffset? createdAt = null)
    {
        var execution = $"exec_{Guid.NewGuid():N}";
        var at = createdAt ?? DateTimeOffset.UtcNow;
        await api.ExecuteAsync(
            """
            INSERT INTO workflow_executions (execution_id, workflow_id, user_id, workflow_version, status, mode, triggered_by, trigger_node_id,
                trigger_data, start_time, created_at)
            VALUES ($1, $2, $3, 1, $4, $5, 'somebody', 'start', '{"a": [1, null]}', 1000, $6)
            """,
            execution, Guid.Parse(workflowId), user.Id, status, mode, at);
        await api.ExecuteAsync(
            """
            INSERT INTO node_executions (execution_id, user_id, node_id, node_name, node_type, node_subtype, iteration, position, status,
                start_time, end_time, input_data, output_data, error_data, retry_count)
            VALUES ($1, $2, 'wait', 'Wait', 'FLOW', 'DELAY', 0, 2, 'WAITING_INPUT', 1020, NULL, '{}', NULL, NULL, 0),
                ($1, $2, 'call', 'Call', 'ACTION', 'HTTP_REQUEST', 0, 1, 'ERROR', 1010, 1020, '{"x": 1}', NULL, '{"code": "timeout"}', 2),
                ($1, $2, 'start', 'Start', 'TRIGGER', 'MANUAL', 0, 0, 'SUCCESS', 1000, 1010, '{}', '{"result": {"ok": true}}', NULL, 0)
            """,
            execution, user.Id);
        await api.ExecuteAsync(
            "INSERT INTO execution_timers (execution_id, node_id, reason, due_at) VALUES ($1, 'wait', 'delay', '2030-01-01T00:00:00Z')", execution);
        await api.ExecuteAsync(
            """
            INSERT INTO workflow_execution_logs (execution_id, user_id, sequence, log_category, event_type, level, message, user_friendly_message,
                node_id, display_priority, is_milestone, data, created_at)
            VALUES ($1, $2, 1, 'BUSINESS', 'workflow_started', 'INFO', 'started', 'Off we go', NULL, 7, true, '{}', $3),
                ($1, $2, 2, 'TECHNICAL', 'step_input', 'DEBUG', 'input of call', NULL, 'call', 1, false, '{"x": 1}', $3),
                ($1, $2, 3, 'TECHNICAL', 'step_error', 'WARNING', 'call is tried again', NULL, 'call', 3, false, '{}', $3),
                ($1, $2, 4, 'BUSINESS', 'step_error', 'ERROR', 'call failed', 'The call failed', 'call', 10, true, '{}', $3),
                ($1, $2, 5, 'BUSINESS', 'step_started', 'INFO', 'wait started', 'Waiting', 'wait', 5, false, '{}', $3)
            """,
            execution, user.Id, at);
        return execution;
    }
}
