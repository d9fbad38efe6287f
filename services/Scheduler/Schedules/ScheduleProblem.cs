namespace AiTeams.Scheduler.Schedules;

/// <summary>Why there is no schedule.</summary>
internal enum ScheduleFault
{
    /// <summary>The expression cannot be read.</summary>
    Expression,

    /// <summary>There is no such time zone.</summary>
    Zone,

    /// <summary>Expression and zone are right, and no day ever answers to them: the 30th of February.</summary>
    NeverFires,
}

/// <summary>One thing that is wrong with an expression or its zone.</summary>
/// <param name="Message">A sentence for the person who wrote it.</param>
/// <param name="Field">Which of the expression's fields: minute, hour, day of month; null when it is none of them.</param>
/// <param name="Position">Where it begins in the expression, the first character being 0; null for the zone.</param>
internal sealed record ScheduleProblem(ScheduleFault Fault, string Message, string? Field = null, int? Position = null);
