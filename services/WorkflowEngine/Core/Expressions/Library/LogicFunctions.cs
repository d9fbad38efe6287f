using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions.Library;

/// <summary>Decisions. Arguments are evaluated only as far as they are needed.</summary>
internal static class LogicFunctions
{
    public static IReadOnlyList<Function> All { get; } =
    [
        new("not", 1, 1, static args => !Values.IsTruthy(args[0])),
        new("and", 1, Function.Any, static args => !AnyIs(args, truthy: false)),
        new("or", 1, Function.Any, static args => AnyIs(args, truthy: true)),
        new("if", 2, 3, static args => Values.IsTruthy(args[0]) ? args[1] : args[2]),
        new("coalesce", 1, Function.Any, static args => FirstPresent(args)),
        new("ifEmpty", 2, 2, static args => args[0] is var value && TypeFunctions.IsEmpty(value) ? args[1] : value),
    ];

    private static bool AnyIs(Arguments args, bool truthy)
    {
        for (var at = 0; at < args.Count; at++)
        {
            if (Values.IsTruthy(args[at]) == truthy)
            {
                return true;
            }
        }

        return false;
    }

    private static JsonData FirstPresent(Arguments args)
    {
        for (var at = 0; at < args.Count; at++)
        {
            var value = args[at];
            if (!value.IsNull)
            {
                return value;
            }
        }

        return JsonData.Null;
    }
}
