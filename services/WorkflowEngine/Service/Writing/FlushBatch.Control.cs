using System.Text.Json;
using Npgsql;

namespace AiTeams.WorkflowEngine.Writing;

/// <summary>The part of a flush that speaks of retries, pauses and commands; most flushes have none of them.</summary>
internal static partial class FlushBatch
{
    private static void AddKeptNodes(NpgsqlBatch batch, ExecutionRow[] starts)
    {
        var kept = starts.SelectMany(start => start.KeptNodeIds, (start, nodeId) => (start.ExecutionId, NodeId: nodeId)).ToArray();
        if (kept.Length > 0)
        {
            Add(batch, FlushStatements.CopyKeptNodes, (TextArray, Column(kept, r => r.ExecutionId)), (TextArray, Column(kept, r => r.NodeId)));
        }
    }

    private static void AddPauses(NpgsqlBatch batch, IReadOnlyList<WriteUnit> units)
    {
        var ends = units.SelectMany(u => u.EndedPauses).ToDictionary(end => end.Id);
        var begun = units.SelectMany(u => u.Pauses, (unit, pause) => (unit.ExecutionId, Pause: pause)).ToArray();

        // Ends go first: a node run that pauses again may have only one active row. What begins and ends in one flush is born ended.
        var ended = ends.Values.Where(end => !Array.Exists(begun, b => b.Pause.Id == end.Id)).ToArray();
        if (ended.Length > 0)
        {
            Add(batch, FlushStatements.EndPauses,
                (UuidArray, Column(ended, r => r.Id)), (TextArray, Column(ended, r => r.Status)), (TextArray, Column(ended, r => r.Trigger)),
                (TimestampArray, Column(ended, r => r.At.UtcDateTime)));
        }

        if (begun.Length > 0)
        {
            Add(batch, FlushStatements.InsertPauses,
                (UuidArray, Column(begun, r => r.Pause.Id)), (TextArray, Column(begun, r => r.ExecutionId)),
                (TimestampArray, Column(begun, r => r.Pause.At.UtcDateTime)), (TextArray, Column(begun, r => r.Pause.NodeId)),
                (BigintArray, Column(begun, r => r.Pause.Iteration)), (TextArray, Column(begun, r => r.Pause.Reason)),
                (JsonbArray, Column(begun, r => r.Pause.Conditions)),
                (TextArray, Column(begun, r => ends.GetValueOrDefault(r.Pause.Id)?.Status ?? "active")),
                (TextArray, Column(begun, r => ends.GetValueOrDefault(r.Pause.Id)?.Trigger)),
                (TimestampArray, Column(begun, r => ends.GetValueOrDefault(r.Pause.Id)?.At.UtcDateTime)));
        }
    }

    /// <summary>Questions to people, and those that are withdrawn. One that somebody has answered meanwhile stays answered.</summary>
    private static void AddQuestions(NpgsqlBatch batch, IReadOnlyList<WriteUnit> units)
    {
        var asked = units.SelectMany(u => u.Questions, (unit, question) => (unit.ExecutionId, Row: question)).ToArray();
        if (asked.Length > 0)
        {
            Add(batch, FlushStatements.InsertQuestions,
                (UuidArray, Column(asked, r => r.Row.Id)), (TextArray, Column(asked, r => r.ExecutionId)), (TextArray, Column(asked, r => r.Row.NodeId)),
                (BigintArray, Column(asked, r => r.Row.Iteration)), (TextArray, Column(asked, r => r.Row.Question.InteractionType)),
                (TextArray, Column(asked, r => r.Row.Question.ChannelType)), (TextArray, Column(asked, r => r.Row.Question.Priority)),
                (JsonbArray, Column(asked, r => r.Row.Question.RequestData.ToString())),
                (TimestampArray, Column(asked, r => r.Row.Question.TimeoutAt.UtcDateTime)), (TextArray, Column(asked, r => r.Row.Question.TimeoutAction)),
                (TimestampArray, Column(asked, r => r.Row.Question.RemindAt?.UtcDateTime)), (TextArray, Column(asked, r => r.Row.Question.CorrelationId)),
                (JsonbArray, Column(asked, r => JsonSerializer.Serialize(r.Row.Question.Tags))),
                (TimestampArray, Column(asked, r => r.Row.At.UtcDateTime)),
                (JsonbArray, Column(asked, r => JsonSerializer.Serialize(r.Row.Question.Assignees))),
                (JsonbArray, Column(asked, r => r.Row.Question.Secrets.Count > 0 ? r.Row.Question.Secrets.ToString() : null)));
            Add(batch, FlushStatements.AnnounceQuestions);
        }

        var withdrawn = units.SelectMany(u => u.Withdrawn).ToArray();
        if (withdrawn.Length > 0)
        {
            Add(batch, FlushStatements.WithdrawQuestions,
                (UuidArray, Column(withdrawn, r => r.Execution)), (TextArray, Column(withdrawn, r => r.NodeId)), (BigintArray, Column(withdrawn, r => r.Iteration)));
            Add(batch, FlushStatements.AnnounceQuestions);
        }
    }

    /// <summary>What the end of an execution means to its caller and to what it has called: commands, which whoever owns those obeys.</summary>
    private static void AddRelatives(NpgsqlBatch batch, IReadOnlyList<WriteUnit> units)
    {
        var wakes = units.Where(u => u.Wakes is not null).Select(u => u.Wakes!).ToArray();
        if (wakes.Length > 0)
        {
            Add(batch, FlushStatements.WakeCallers,
                (UuidArray, Column(wakes, w => w.CommandId)), (TextArray, Column(wakes, w => w.ExecutionId)), (TextArray, Column(wakes, w => w.NodeId)),
                (BigintArray, Column(wakes, w => w.Iteration)));
        }

        var stops = units.Where(u => u.StopsChildren).Select(u => u.ExecutionId).ToArray();
        if (stops.Length > 0)
        {
            Add(batch, FlushStatements.StopChildren, (TextArray, stops));
        }

        if (wakes.Length + stops.Length > 0)
        {
            Add(batch, FlushStatements.AnnounceCommands);
        }
    }

    private static void AddDecisions(NpgsqlBatch batch, IReadOnlyList<WriteUnit> units)
    {
        var rows = units.SelectMany(u => u.Decided).ToArray();
        if (rows.Length > 0)
        {
            Add(batch, FlushStatements.DecideCommands,
                (UuidArray, Column(rows, r => r.Id)), (TextArray, Column(rows, r => r.Outcome)), (TextArray, Column(rows, r => r.ResultStatus)),
                (TextArray, Column(rows, r => r.Code)), (TextArray, Column(rows, r => r.Detail)));
        }
    }
}
