using AiTeams.Contracts.WorkflowEngine.V1;

namespace AiTeams.Scheduler.Webhooks.Answers;

/// <summary>What an event of an execution says, of the things that matter to somebody outside.</summary>
internal static class EventFields
{
    /// <summary>Which run of its node it tells about; 0 outside loops.</summary>
    public static long Iteration(ExecutionEvent item) =>
        item.Data?.Fields.TryGetValue("data", out var data) == true && data.StructValue?.Fields.TryGetValue("iteration", out var iteration) == true
            ? (long)iteration.NumberValue
            : 0;

    /// <summary>The status the execution has from this event on; null when it changes none.</summary>
    public static string? StatusAfter(ExecutionEvent item) => item.Type switch
    {
        "execution_started" or "execution_resumed" => "RUNNING",
        "execution_paused" => "PAUSED",
        "user_input_required" => "WAITING_FOR_HUMAN",
        "execution_completed" => "SUCCESS",
        "execution_failed" => "ERROR",
        "execution_canceled" => "CANCELED",
        "execution_timeout" => "TIMEOUT",
        _ => null,
    };
}
