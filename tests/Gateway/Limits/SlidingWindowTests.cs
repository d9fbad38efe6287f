using AiTeams.Gateway.Limits;
using Microsoft.Extensions.Time.Testing;

namespace AiTeams.Gateway.Tests.Limits;

/// <summary>The window in memory, on a clock that tests turn. RedisLimiterTests holds the script to the same.</summary>
public sealed class SlidingWindowTests
{
    private static readonly Limit Ten = new("ten", 10, TimeSpan.FromMinutes(1));

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly MemoryLimiter _limiter;

    public SlidingWindowTests() => _limiter = new MemoryLimiter(_clock);

    [Fact]
    public void As_many_as_the_limit_says_pass()
    {
        var verdicts = Take(12);

        Assert.Equal([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0], verdicts.Select(verdict => verdict.Remaining));
        Assert.Equal(10, verdicts.Count(verdict => verdict.Allowed));
    }

    [Fact]
    public void One_identity_does_not_use_up_another_s()
    {
        Take(10);

        Assert.True(_limiter.Take(Ten, "other").Allowed);
        Assert.True(_limiter.Take(Ten with { Name = "another limit" }, "me").Allowed);
    }

    [Fact]
    public void A_burst_cannot_straddle_the_boundary()
    {
        _clock.Advance(TimeSpan.FromSeconds(59));
        Take(10);
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.False(_limiter.Take(Ten, "me").Allowed);
    }

    [Fact]
    public void Half_a_window_later_half_of_it_is_free()
    {
        Take(10);
        _clock.Advance(TimeSpan.FromSeconds(90));

        Assert.Equal(5, Take(10).Count(verdict => verdict.Allowed));
    }

    [Fact]
    public void Two_windows_later_everything_is_forgotten()
    {
        Take(10);
        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(10, Take(10).Count(verdict => verdict.Allowed));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(30, 10)]
    [InlineData(59, 10)]
    [InlineData(0, 1)]
    public void Whoever_waits_as_long_as_told_gets_through_and_not_much_earlier(int second, int limit)
    {
        var some = Ten with { Requests = limit };
        _clock.Advance(TimeSpan.FromSeconds(second));
        while (_limiter.Take(some, "me").Allowed)
        {
        }

        var refused = _limiter.Take(some, "me");
        _clock.Advance(refused.RetryAfter - TimeSpan.FromSeconds(1));
        Assert.False(_limiter.Take(some, "me").Allowed);
        _clock.Advance(TimeSpan.FromSeconds(1.01));
        Assert.True(_limiter.Take(some, "me").Allowed);
    }

    [Fact]
    public void Forgiving_starts_again()
    {
        Take(10);
        _limiter.Forgive(Ten, "me");

        Assert.True(_limiter.Take(Ten, "me").Allowed);
    }

    [Fact]
    public void Made_up_identities_do_not_fill_the_memory()
    {
        for (var i = 0; i < 150_000; i++)
        {
            _limiter.Take(Ten, $"{i}");
        }

        Assert.InRange(_limiter.Count, 1, 100_000);
    }

    private Verdict[] Take(int times) => [.. Enumerable.Range(0, times).Select(_ => _limiter.Take(Ten, "me"))];
}
