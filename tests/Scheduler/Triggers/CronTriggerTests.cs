using System.Globalization;
using System.Text.Json.Nodes;
using AiTeams.Scheduler.Triggers;

namespace AiTeams.Scheduler.Tests.Triggers;

public sealed class CronTriggerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly CronTrigger _trigger = new();

    [Fact]
    public void Its_key_is_the_expression_and_its_next_time_is_planned()
    {
        var plan = Plan(new() { ["cron_expression"] = "0 9 * * 1-5", ["timezone"] = "Europe/Kyiv" });

        Assert.Empty(plan.Problems);
        Assert.Equal(("0 9 * * 1-5", new DateTimeOffset(2026, 3, 2, 7, 0, 0, TimeSpan.Zero)), (plan.IndexKey, plan.NextFireAt));
    }

    [Fact]
    public void What_is_not_said_is_nine_o_clock_in_UTC()
    {
        var plan = Plan([]);

        Assert.Equal(("0 9 * * *", new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero)), (plan.IndexKey, plan.NextFireAt));
    }

    [Fact]
    public void Its_next_times_are_told() =>
        Assert.Equal(
            [new DateTimeOffset(2026, 3, 2, 7, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 3, 3, 7, 0, 0, TimeSpan.Zero)],
            _trigger.NextFires(new() { ["cron_expression"] = "0 9 * * 1-5", ["timezone"] = "Europe/Kyiv" }, Now, 2));

    [Theory]
    [InlineData("""{"cron_expression": "61 * * * *"}""", "invalid_cron", "/nodes/3/configurations/cron_expression")]
    [InlineData("""{"cron_expression": ""}""", "invalid_cron", "/nodes/3/configurations/cron_expression")]
    [InlineData("""{"cron_expression": 5}""", "invalid_parameter", "/nodes/3/configurations/cron_expression")]
    [InlineData("""{"cron_expression": "0 0 30 2 *"}""", "cron_never_fires", "/nodes/3/configurations/cron_expression")]
    [InlineData("""{"timezone": "Kyiv"}""", "unknown_timezone", "/nodes/3/configurations/timezone")]
    [InlineData("""{"timezone": null, "max_missed_runs": 0}""", "invalid_parameter", "/nodes/3/configurations/max_missed_runs")]
    [InlineData("""{"max_missed_runs": 11}""", "invalid_parameter", "/nodes/3/configurations/max_missed_runs")]
    [InlineData("""{"max_missed_runs": 2.5}""", "invalid_parameter", "/nodes/3/configurations/max_missed_runs")]
    [InlineData("""{"overlap_policy": "wait"}""", "invalid_parameter", "/nodes/3/configurations/overlap_policy")]
    public void What_is_wrong_is_said_with_its_place(string configuration, string code, string pointer)
    {
        var plan = Plan(JsonNode.Parse(configuration)!.AsObject());

        var problem = Assert.Single(plan.Problems);
        Assert.Equal((code, pointer, "clock"), (problem.Code, problem.Pointer, problem.NodeId));
        Assert.Null(plan.NextFireAt);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var plan = Plan(new() { ["cron_expression"] = "61 24 * * *", ["timezone"] = "Mars", ["max_missed_runs"] = 99, ["overlap_policy"] = "never" });

        Assert.Equal(["invalid_cron", "invalid_cron", "invalid_parameter", "invalid_parameter", "unknown_timezone"], plan.Problems.Select(problem => problem.Code).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_expression_fits_into_the_index()
    {
        var longest = string.Join(',', Enumerable.Range(0, 60)) + " 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23 * * *";

        Assert.InRange(Plan(new() { ["cron_expression"] = longest }).IndexKey.Length, 200, 255);
        Assert.Equal("invalid_cron", Assert.Single(Plan(new() { ["cron_expression"] = longest + new string(' ', 60) }).Problems).Code);
    }

    [Fact]
    public void A_simulated_event_has_the_fields_of_a_real_one()
    {
        var configuration = new JsonObject { ["cron_expression"] = "0 9 * * *", ["timezone"] = "Europe/Kyiv" };

        var now = _trigger.Simulate(configuration, [], Now);
        var then = _trigger.Simulate(configuration, new JsonObject { ["scheduled_time"] = "2026-03-02T09:00:00+02:00" }, Now);

        Assert.Equal(["scheduled_time", "timezone", "trigger_message"], now.Select(field => field.Key));
        Assert.Equal(("2026-03-01T12:00:00Z", "Europe/Kyiv"), ((string)now["scheduled_time"]!, (string)now["timezone"]!));
        Assert.Equal("2026-03-02T07:00:00Z", (string)then["scheduled_time"]!);
    }

    [Fact]
    public void The_schema_names_the_parameter_it_takes()
    {
        var schema = _trigger.InvocationSchema([]);

        Assert.True(DateTimeOffset.TryParse((string)schema["examples"]![1]!["scheduled_time"]!, CultureInfo.InvariantCulture, out _));
        Assert.Equal(["scheduled_time"], schema["properties"]!.AsObject().Select(property => property.Key));
    }

    private TriggerPlan Plan(JsonObject configuration) => _trigger.Plan(new TriggerNode(Guid.NewGuid(), "clock", "Clock", "CRON", configuration, 3), Now);
}
