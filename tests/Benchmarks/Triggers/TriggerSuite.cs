using AiTeams.Benchmarks.Engine;

namespace AiTeams.Benchmarks.Triggers;

/// <summary>Schedules: how long looking for what is due takes among a million of them, and how long until ten thousand that are due in one second are started; and what a webhook's call costs.</summary>
internal static class TriggerSuite
{
    public static async Task RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        if (options.Wants("schedules"))
        {
            await using var database = await BenchmarkDatabase.StartAsync(cancellationToken);
            await ScheduleFigures.MeasureAsync(database, options, cancellationToken);
        }

        if (options.Wants("due_at_once"))
        {
            await using var engine = await EngineUnderTest.StartAsync(cancellationToken);
            await DueAtOnce.MeasureAsync(engine, options, cancellationToken);
        }

        if (options.Wants("webhook_immediately"))
        {
            await using var engine = await EngineUnderTest.StartAsync(cancellationToken);
            await WebhookFigures.MeasureAsync(engine, options, cancellationToken);
        }
    }
}
