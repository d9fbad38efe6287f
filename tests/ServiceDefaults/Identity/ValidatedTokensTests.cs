using System.Security.Claims;
using AiTeams.ServiceDefaults.Identity;
using Microsoft.Extensions.Time.Testing;

namespace AiTeams.ServiceDefaults.Tests.Identity;

/// <summary>What is not checked again must not outlive the token, nor stand for anything but exactly that token.</summary>
public sealed class ValidatedTokensTests
{
    private static readonly ClaimsPrincipal Somebody = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_token_is_known_by_its_whole_text_and_its_scheme()
    {
        var tokens = Kept(TimeSpan.FromHours(1));

        Assert.Same(Somebody, tokens.Find("user", "Bearer abc"));
        Assert.Null(tokens.Find("service", "Bearer abc"));
        Assert.Null(tokens.Find("user", "Bearer abC"));
        Assert.Null(tokens.Find("user", "Bearer ab"));
        Assert.Null(tokens.Find("user", ""));
    }

    [Fact]
    public void It_is_forgotten_when_it_expires()
    {
        var tokens = Kept(TimeSpan.FromSeconds(10));

        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.NotNull(tokens.Find("user", "Bearer abc"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(tokens.Find("user", "Bearer abc"));
    }

    [Fact]
    public void However_long_it_lives_it_is_checked_again_every_minute()
    {
        var tokens = Kept(TimeSpan.FromHours(1));

        _clock.Advance(ValidatedTokens.Longest - TimeSpan.FromSeconds(1));
        Assert.NotNull(tokens.Find("user", "Bearer abc"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(tokens.Find("user", "Bearer abc"));
    }

    [Fact]
    public void A_flood_of_tokens_takes_no_more_memory_than_some_thousands()
    {
        var tokens = Kept(TimeSpan.FromHours(1));
        for (var at = 0; at < 5_000; at++)
        {
            tokens.Keep("user", $"Bearer {at}", Somebody, _clock.GetUtcNow().AddHours(1));
        }

        Assert.Null(tokens.Find("user", "Bearer abc"));
        Assert.NotNull(tokens.Find("user", "Bearer 4999"));
    }

    private ValidatedTokens Kept(TimeSpan life)
    {
        var tokens = new ValidatedTokens(_clock);
        tokens.Keep("user", "Bearer abc", Somebody, _clock.GetUtcNow() + life);
        return tokens;
    }
}
