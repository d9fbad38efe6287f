using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions.Library;

/// <summary>Regular expressions, matched in time linear in the text: no look-around, no back-references.</summary>
internal static class PatternFunctions
{
    public static IReadOnlyList<Function> All { get; } =
    [
        new("regex", 2, 3, static args => args.Pattern(1).IsMatch(Subject(args), Values.IsTruthy(args[2]), args.Position)) { Pattern = 1, Aliases = ["matches"] },
        new("extract", 2, 4, static args => Extract(args)) { Pattern = 1 },
        new("extractAll", 2, 4, static args => args.List(args.Pattern(1).Find(
            Subject(args), Values.IsTruthy(args[3]), args.Whole(2, 0, 0, 99), ExpressionLimits.MaxItems + 1, args.Evaluation, args.Position))) { Pattern = 1 },
        new("replaceRegex", 3, 4, static args => args.Pattern(1).Replace(Subject(args), args.Text(2), Values.IsTruthy(args[3]), args.Evaluation, args.Position)) { Pattern = 1 },
    ];

    private static JsonData Extract(Arguments args)
    {
        var found = args.Pattern(1).Find(Subject(args), Values.IsTruthy(args[3]), args.Whole(2, 0, 0, 99), 1, args.Evaluation, args.Position);
        return found.Count > 0 ? found[0] : JsonData.Null;
    }

    private static string Subject(Arguments args)
    {
        var text = args.Text(0);
        args.Evaluation.Spend(args.Position, 1 + (text.Length / 8));
        return text;
    }
}
