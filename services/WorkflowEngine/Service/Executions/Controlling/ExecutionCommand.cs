using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using Npgsql;

namespace AiTeams.WorkflowEngine.Executions.Controlling;

/// <summary>A row of execution_commands that nobody has decided yet.</summary>
internal sealed record ExecutionCommand(Guid Id, ControlCommand Command, string RequestedBy)
{
    /// <summary>In the order <see cref="Read"/> wants, of the table as <c>c</c>.</summary>
    public const string Columns = "c.id, c.execution_id, c.kind, c.node_id, c.iteration, c.port, c.payload, c.requested_by";

    public const int ColumnCount = 8;

    public static ExecutionCommand Read(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        new ControlCommand(
            ToKind(row.GetString(2)),
            row.IsDBNull(3) ? default : new NodeRun(row.GetString(3), row.GetInt64(4)),
            row.IsDBNull(5) ? null : row.GetString(5),
            row.IsDBNull(6) ? default : JsonData.Parse(row.GetString(6))),
        row.GetString(7));

    public static string ToWire(ControlKind kind) => kind switch
    {
        ControlKind.Cancel => "cancel",
        ControlKind.Pause => "pause",
        ControlKind.Resume => "resume",
        ControlKind.Answer => "answer",
    };

    public static string ToWire(ControlOutcome outcome) => outcome switch
    {
        ControlOutcome.Done => "done",
        ControlOutcome.Unchanged => "unchanged",
        ControlOutcome.Refused => "refused",
    };

    private static ControlKind ToKind(string wire) => wire switch
    {
        "cancel" => ControlKind.Cancel,
        "pause" => ControlKind.Pause,
        "resume" => ControlKind.Resume,
        "answer" => ControlKind.Answer,
        _ => throw new FormatException($"'{wire}' is not a command."),
    };
}
