using AiTeams.WorkflowEngine.Core.Expressions;
using AiTeams.WorkflowEngine.Core.Expressions.Dates;

namespace AiTeams.WorkflowEngine.Core.Tests.Expressions;

/// <summary>One scope for the tests of functions: a few orders, a clock that stands still, Kyiv's time.</summary>
internal static class Expect
{
    public static ExpressionScope Scope { get; } = new()
    {
        Json = JsonData.Parse(
            """
            {
              "orders": [
                {"id": 1, "city": "Kyiv", "total": 10, "tags": ["a", "b"], "who": {"name": "Ann"}},
                {"id": 2, "city": "Lviv", "total": 20, "tags": [], "who": {"name": "Bob"}},
                {"id": 3, "city": "Kyiv", "total": 5.5, "tags": ["c"], "who": {"name": "Cid"}}
              ],
              "person": {"name": "Ann", "age": 30, "mail": null},
              "no": null
            }
            """),
        Now = new DateTimeOffset(2026, 3, 10, 21, 15, 30, 250, TimeSpan.Zero),
        Zone = Zones.Find("Europe/Kyiv")!,
    };

    /// <summary>The expected value is JSON.</summary>
    public static void Gives(string source, string expected)
    {
        var value = Expression.Compile(source).Evaluate(Scope);

        Assert.Equal(JsonData.Parse(expected).ToString(), value.ToString());
    }
}
