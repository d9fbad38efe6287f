using System.Globalization;
using System.Net;
using AiTeams.HumanInTheLoop.Deadlines;
using AiTeams.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace AiTeams.HumanInTheLoop.Tests.Deciding;

/// <summary>
/// Whatever meets at a question, one of them decides it: the row, what the engine hears, the event and every answer given to those who came agree on
/// which. RACE_TRIALS says how many trials there are of all kinds together.
/// </summary>
[Collection(HilApi.Name)]
public sealed class AnswerRaceTests(HilApi api, ITestOutputHelper output)
{
    private const int Kinds = 4;
    private const int AtOnce = 8;
    private static readonly int Trials = (int.TryParse(Environment.GetEnvironmentVariable("RACE_TRIALS"), CultureInfo.InvariantCulture, out var wanted) && wanted > 0 ? wanted : 80) / Kinds;

    [Fact]
    public Task Fifty_answers_at_once() => RaceAsync("fifty answers", new(Rivals: 50), (_, _) => Task.CompletedTask);

    [Fact]
    public Task Answers_against_the_end_of_the_time() => RaceAsync(
        "answers and timeout", new(Rivals: 4, Seconds: 0.02), (_, trial) => ExpireAsync(trial));

    [Fact]
    public Task Answers_against_a_cancellation() => RaceAsync(
        "answers and cancellation", new(Rivals: 4), (asked, trial) => api.PostAsync(trial.User, $"/api/v1/app/interactions/{asked.Id}/cancel"));

    // As the engine does it in the flush that ends an execution.
    [Fact]
    public Task Answers_against_the_end_of_the_execution() => RaceAsync(
        "answers and end of the execution", new(Rivals: 4), (asked, _) => api.ExecuteAsync(
            "UPDATE human_interactions SET status = 'cancelled' WHERE id = $1 AND status = 'pending'", asked.Id));

    private async Task RaceAsync(string name, Kind kind, Func<Asked, Trial, Task> against)
    {
        var ends = new Dictionary<string, int>();
        var user = await api.NewUserAsync();
        foreach (var numbers in Enumerable.Range(0, Trials).Chunk(AtOnce))
        {
            foreach (var status in await Task.WhenAll(numbers.Select(number => TryAsync(kind, new(user, number), against))))
            {
                ends[status] = ends.GetValueOrDefault(status) + 1;
            }
        }

        output.WriteLine($"{name}: {Trials} trials, {string.Join(", ", ends.Select(end => $"{end.Value} {end.Key}"))}");
        Assert.Equal(Trials, ends.Values.Sum());
    }

    private async Task<string> TryAsync(Kind kind, Trial trial, Func<Asked, Trial, Task> against)
    {
        var asked = await api.AskAsync(trial.User, seconds: kind.Seconds, timeoutAction: "continue");
        // Who comes first is a matter of luck, and is to be now this one, now that one.
        var luck = new Random(trial.Number);
        var answers = Enumerable.Range(0, kind.Rivals).Select(async rival =>
        {
            await SpinAsync(luck.Next(0, 3_000));
            return await api.RespondAsync(trial.User, asked.Id, $$"""{"approved":{{(rival % 2 == 0 ? "true" : "false")}},"reason":"{{rival}}"}""");
        }).ToList();
        await SpinAsync(luck.Next(0, 6_000));
        await against(asked, trial);
        var said = await Task.WhenAll(answers);
        await Eventually.AssertAsync(async () => await StatusAsync(asked) != "pending", TimeSpan.FromSeconds(30), "the question is over");

        var status = (await StatusAsync(asked))!;
        var outcome = await api.ScalarAsync<string>("SELECT coalesce(outcome, '') FROM human_interactions WHERE id = $1", asked.Id);
        var right = said.Where(one => one.Status == HttpStatusCode.OK).ToList();
        Assert.Equal(status == "responded" ? 1 : 0, right.Count);
        Assert.All(right, one => Assert.Equal(outcome, (string)one.Json["outcome"]!));
        var code = status switch { "responded" => "already_answered", "timeout" => "timed_out", _ => "cancelled" };
        Assert.All(said.Except(right), one => Assert.True(
            one.Status == HttpStatusCode.Conflict && (string)one.Json["code"]! == code, $"{status}: {one.Json.ToJsonString()}"));
        await CheckWhatIsToldAsync(asked, status, outcome!);
        return status;
    }

    private async Task CheckWhatIsToldAsync(Asked asked, string status, string outcome)
    {
        Assert.Equal(
            status == "responded" ? 1L : 0L,
            await api.ScalarAsync<long>("SELECT count(*) FROM messaging.outbox WHERE payload ->> 'interaction_id' = $1 AND type LIKE '%nswered%'", asked.Id.ToString()));
        var isWithdrawn = status == "cancelled" && await api.ScalarAsync<long>("SELECT count(*) FROM human_interactions WHERE id = $1 AND answered_by IS NULL", asked.Id) == 1;
        if (!isWithdrawn)
        {
            Assert.Equal(outcome, (string)(await api.ToldAsync(asked.Id))["outcome"]!);
        }

        var told = api.Engine.Told.TryGetValue(asked.Id.ToString("D"), out var calls) ? calls.Select(call => call.DataJson).Distinct().Count() : 0;
        Assert.Equal(isWithdrawn ? 0 : 1, told);
        Assert.InRange(
            await api.ScalarAsync<long>(
                "SELECT count(*) FROM hil_deliveries WHERE interaction_id = $1 AND message_type IN ('approved', 'rejected', 'completed', 'timeout', 'cancelled')", asked.Id),
            0, 1);
    }

    // Somewhere around the end of the time, and surely once after it.
    private async Task ExpireAsync(Trial trial)
    {
        await api.Host.Services.GetRequiredService<ExpireInteractions>().RunOnceAsync(default);
        await Task.Delay(20 + (trial.Number % 5));
        await api.Host.Services.GetRequiredService<ExpireInteractions>().RunOnceAsync(default);
    }

    private static async Task SpinAsync(int microseconds)
    {
        await Task.Yield();
        var until = System.Diagnostics.Stopwatch.GetTimestamp() + (microseconds * System.Diagnostics.Stopwatch.Frequency / 1_000_000);
        while (System.Diagnostics.Stopwatch.GetTimestamp() < until)
        {
            await Task.Yield();
        }
    }

    private Task<string?> StatusAsync(Asked asked) => api.ScalarAsync<string>("SELECT status FROM human_interactions WHERE id = $1", asked.Id);

    private sealed record Kind(int Rivals, double Seconds = 600);

    private sealed record Trial(Guid User, int Number);
}
