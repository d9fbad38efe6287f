using System.Security.Cryptography;
using System.Text;
using AiTeams.ServiceDefaults.Signatures;
using Xunit.Abstractions;

namespace AiTeams.Scheduler.Tests.GitHub;

/// <summary>SIGNATURE_MUTATIONS=100000 plays as many mutated requests as that.</summary>
public sealed class SignatureTests(ITestOutputHelper output)
{
    // docs.github.com, "Validating webhook deliveries", "Testing the webhook payload validation".
    private const string GitHubSecret = "It's a Secret to Everybody";
    private const string GitHubBody = "Hello, World!";
    private const string GitHubSignature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    // api.slack.com, "Verifying requests from Slack".
    private const string SlackSecret = "8f742231b10e8888abcd99yyyzzz85a5";
    private const string SlackTimestamp = "1531420618";
    private const string SlackSignature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    private const string SlackBody = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        + "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

    [Fact]
    public void The_documented_examples_pass()
    {
        Assert.True(IsGitHub(GitHubSecret, GitHubSignature, GitHubBody));
        Assert.True(ServiceDefaults.Signatures.SlackSignature.IsRight(SlackSecret, SlackTimestamp, SlackSignature, Encoding.UTF8.GetBytes(SlackBody)));
    }

    [Fact]
    public void Without_a_secret_nothing_passes()
    {
        Assert.False(IsGitHub("", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Array.Empty<byte>(), Encoding.UTF8.GetBytes(GitHubBody))), GitHubBody));
        Assert.False(IsGitHub(GitHubSecret, null, GitHubBody));
        Assert.False(IsGitHub(GitHubSecret, "", GitHubBody));
    }

    [Theory]
    [InlineData("1531420618", 0, true)]
    [InlineData("1531420618", 300, true)]
    [InlineData("1531420618", -300, true)]
    [InlineData("1531420618", 301, false)]
    [InlineData("1531420618", -301, false)]
    [InlineData(" 1531420618", 0, false)]
    [InlineData("+1531420618", 0, false)]
    [InlineData("-1531420618", 0, false)]
    [InlineData("1531420618.0", 0, false)]
    [InlineData("", 0, false)]
    [InlineData("99999999999999999999", 0, false)]
    public void Five_minutes_either_way_are_recent(string timestamp, int late, bool expected) =>
        Assert.Equal(expected, ServiceDefaults.Signatures.SlackSignature.IsRecent(timestamp, DateTimeOffset.FromUnixTimeSeconds(1531420618 + late)));

    [Fact]
    public void No_mutated_request_passes()
    {
        var trials = int.Parse(Environment.GetEnvironmentVariable("SIGNATURE_MUTATIONS") ?? "4000", null);
        var dice = new Random(20261123);
        var accepted = 0;
        for (var trial = 0; trial < trials; trial++)
        {
            accepted += trial % 2 == 0
                ? dice.Next(3) switch
                {
                    0 => Count(IsGitHub(Mutated(GitHubSecret, dice), GitHubSignature, GitHubBody)),
                    1 => Count(IsGitHub(GitHubSecret, Mutated(GitHubSignature, dice), GitHubBody)),
                    _ => Count(IsGitHub(GitHubSecret, GitHubSignature, Mutated(GitHubBody, dice))),
                }
                : dice.Next(4) switch
                {
                    0 => Count(IsSlack(Mutated(SlackSecret, dice), SlackTimestamp, SlackSignature, SlackBody)),
                    1 => Count(IsSlack(SlackSecret, Mutated(SlackTimestamp, dice), SlackSignature, SlackBody)),
                    2 => Count(IsSlack(SlackSecret, SlackTimestamp, Mutated(SlackSignature, dice), SlackBody)),
                    _ => Count(IsSlack(SlackSecret, SlackTimestamp, SlackSignature, Mutated(SlackBody, dice))),
                };
        }

        output.WriteLine($"{trials} mutated requests, {accepted} accepted");
        Assert.Equal(0, accepted);
    }

    private static int Count(bool isAccepted) => isAccepted ? 1 : 0;

    private static bool IsGitHub(string secret, string? signature, string body) => HmacSignature.IsRight(secret, "sha256=", signature, Encoding.UTF8.GetBytes(body));

    private static bool IsSlack(string secret, string timestamp, string signature, string body) =>
        ServiceDefaults.Signatures.SlackSignature.IsRight(secret, timestamp, signature, Encoding.UTF8.GetBytes(body));

    /// <summary>One letter changed, left out, doubled, added, in another case, or two exchanged; never the same text.</summary>
    private static string Mutated(string text, Random dice)
    {
        while (true)
        {
            var at = dice.Next(text.Length);
            var changed = dice.Next(6) switch
            {
                0 => text[..at] + (char)(text[at] ^ (1 << dice.Next(5))) + text[(at + 1)..],
                1 => text.Remove(at, 1),
                2 => text.Insert(at, text[at].ToString()),
                3 => text.Insert(at, ((char)dice.Next(32, 127)).ToString()),
                4 => text[..at] + (char.IsUpper(text[at]) ? char.ToLowerInvariant(text[at]) : char.ToUpperInvariant(text[at])) + text[(at + 1)..],
                _ => at == 0 ? text : text[..(at - 1)] + text[at] + text[at - 1] + text[(at + 1)..],
            };
            if (changed != text)
            {
                return changed;
            }
        }
    }
}
