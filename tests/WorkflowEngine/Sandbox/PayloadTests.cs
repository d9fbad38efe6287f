using AiTeams.WorkflowEngine.Sandbox.Wire;

namespace AiTeams.WorkflowEngine.Sandbox.Tests;

/// <summary>Published escapes and denials of service, each run for real in a child process.</summary>
public sealed class PayloadTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static readonly CodeOutcome[] Stopped = [CodeOutcome.TimedOut, CodeOutcome.OutOfMemory, CodeOutcome.TooMuchOutput, CodeOutcome.Killed];

    public static TheoryData<Payload> Payloads => [.. Payload.All];

    [Theory, MemberData(nameof(Payloads))]
    public async Task Is_harmless(Payload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);

        // What only throws gets time enough on a busy machine; what must be stopped is stopped soon.
        var run = sandbox.RunAsync(payload.Code, milliseconds: payload.Expectation == "stopped" ? 300 : 1500);
        var reply = await run.WaitAsync(TimeSpan.FromSeconds(60));

        CodeOutcome[] expected = payload.Expectation switch
        {
            "harmless" => [CodeOutcome.Completed],
            "error" => [CodeOutcome.Threw],
            "stopped" => Stopped,
            "any" => [CodeOutcome.Completed, CodeOutcome.Threw, .. Stopped],
            _ => throw new InvalidOperationException($"'{payload.Name}' expects '{payload.Expectation}'."),
        };
        Assert.True(expected.Contains(reply.Outcome), $"{reply.Outcome} {reply.Message} {reply.Json[..Math.Min(reply.Json.Length, 200)]}");
        if (payload.Result.Length > 0)
        {
            Assert.Equal(payload.Result, reply.Json);
        }

        var everything = reply.Json + reply.Message + string.Concat(reply.Console);
        Assert.DoesNotContain(SandboxFixture.Canary, everything, StringComparison.Ordinal);
        Assert.DoesNotContain("root:x:0", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("uid=", everything, StringComparison.Ordinal);

        var next = await sandbox.RunAsync("return [Object.keys({}).length, typeof leak, ({}).polluted === undefined]");
        Assert.Equal("""[[0,"undefined",true]]""", next.Json);
    }

    [Fact]
    public void There_are_at_least_a_hundred_and_each_has_a_source()
    {
        Assert.InRange(Payload.All.Count, 100, 1000);
        Assert.All(Payload.All, payload => Assert.NotEmpty(payload.Source));
        Assert.Equal(Payload.All.Count, Payload.All.Select(payload => payload.Name).Distinct().Count());
    }
}
