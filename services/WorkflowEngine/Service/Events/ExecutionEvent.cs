using System.Globalization;
using System.Text;

namespace AiTeams.WorkflowEngine.Events;

/// <summary>One event of an execution: a line of its log under the name watchers know it by. <see cref="Data"/> is JSON text.</summary>
internal sealed record ExecutionEvent(long Sequence, string Type, string ExecutionId, string? NodeId, DateTimeOffset At, string Data)
{
    private byte[]? _frame;

    /// <summary>Nothing comes after it.</summary>
    public bool IsLast => Type is "execution_completed" or "execution_failed" or "execution_canceled" or "execution_timeout";

    /// <summary>The event as server-sent events write it (HTML standard, section 9.2). Made once, however many watch.</summary>
    public ReadOnlyMemory<byte> Frame =>
        _frame ??= Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {Sequence}\nevent: {Type}\ndata: {Data}\n\n"));
}
