using System.Text;
using AiTeams.Integrations.CallLog;

namespace AiTeams.Integrations.Tests.CallLog;

/// <summary>What is kept of a call is for its user's eyes and for those of whoever looks after the database.</summary>
public sealed class RedactionTests
{
    [Theory]
    [InlineData("""{"user":"ann","password":"hunter22","deep":[{"api_key":"k","ok":1}]}""", """{"user":"ann","password":"***","deep":[{"api_key":"***","ok":1}]}""")]
    [InlineData("""{"accessToken":"x","client_secret":{"a":1},"private-key":null}""", """{"accessToken":"***","client_secret":"***","private-key":null}""")]
    [InlineData("""["plain","value-1234"]""", """["plain","***"]""")]
    public void Names_that_sound_like_secrets_and_named_values_are_masked_in_JSON(string body, string kept) =>
        Assert.Equal(kept, Redaction.Body(Encoding.UTF8.GetBytes(body), "application/json", ["value-1234"]));

    [Theory]
    [InlineData("user=ann&password=hunter22&x=1", "application/x-www-form-urlencoded", "\"user=ann\\u0026password=***\\u0026x=1\"")]
    [InlineData("Authorization: Bearer abc.def-ghi and token=zzz", "text/plain", "\"Authorization: Bearer *** and token=***\"")]
    public void And_in_other_text(string body, string type, string kept) => Assert.Equal(kept, Redaction.Body(Encoding.UTF8.GetBytes(body), type, []));

    [Fact]
    public void What_cannot_be_looked_into_is_not_kept()
    {
        Assert.Contains("\"binary\"", Redaction.Body(new byte[] { 0xFF, 0xD8 }, "image/jpeg", []), StringComparison.Ordinal);
        Assert.Contains("\"too long\"", Redaction.Body(new byte[1_000_000], null, []), StringComparison.Ordinal);
        Assert.Null(Redaction.Body(null, null, []));
    }

    [Fact]
    public void A_long_body_is_cut_after_its_secrets_are_out()
    {
        var body = $$"""{"text":"{{new string('x', 20_000)}}","password":"hunter22"}""";

        var kept = Redaction.Body(Encoding.UTF8.GetBytes(body), "application/json", [])!;

        Assert.InRange(kept.Length, Redaction.MaxKept, Redaction.MaxKept + 200);
        Assert.DoesNotContain("hunter22", kept, StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_and_addresses_lose_theirs()
    {
        Assert.Equal(
            """{"authorization":"***","x-api-key":"***","set-cookie":"***","webhook-signature":"***","x-own":"a ***","accept":"*/*"}""",
            Redaction.Headers(
                [
                    new("Authorization", "Bearer x"), new("X-Api-Key", "k"), new("Set-Cookie", "a=b"), new("webhook-signature", "v1,x"),
                    new("X-Own", "a value-1234"), new("Accept", "*/*"),
                ],
                ["value-1234"]));
        Assert.Equal(
            "https://api.example/a?q=1&access_token=***&k=***",
            Redaction.Url("https://user:pass@api.example/a?q=1&access_token=abc&k=value-1234", ["value-1234"]));
    }
}
