using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AiTeams.Scheduler.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AiTeams.Scheduler.Tests.Webhooks;

public sealed class CallerProofTests
{
    private const string StandardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Standard = $$"""{"authentication": "signature", "signature_scheme": "standard_webhooks", "auth_token": "{{StandardSecret}}"}""";
    private const string Hmac = """{"authentication": "signature", "auth_token": "It's a Secret to Everybody"}""";

    private static readonly byte[] Body = """{"test": 2432232314}"""u8.ToArray();
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);

    [Theory]
    [InlineData(StandardSecret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}""", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", 1731705121, """{"event_type":"ping","data":{"success":true}}""", "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=")]
    [InlineData("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1649367553, """{"email":"test@example.com","username":"test_user"}""", "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=")]
    public void The_published_examples_of_Standard_Webhooks_pass(string secret, string id, long timestamp, string body, string signature)
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(timestamp);
        var text = timestamp.ToString(CultureInfo.InvariantCulture);

        Assert.True(StandardWebhooks.IsSigned(secret, id, text, signature, Encoding.UTF8.GetBytes(body), at));
        Assert.True(StandardWebhooks.IsSigned(secret, id, text, $"v1,bm9uZQ== v1a,x {signature}", Encoding.UTF8.GetBytes(body), at.AddMinutes(5)));
        Assert.True(StandardWebhooks.IsSigned(secret, id, text, signature, Encoding.UTF8.GetBytes(body), at.AddMinutes(-5)));
        Assert.False(StandardWebhooks.IsSigned(secret, id, text, signature, Encoding.UTF8.GetBytes(body), at.AddSeconds(301)));
        Assert.False(StandardWebhooks.IsSigned(secret, id, text, signature, Encoding.UTF8.GetBytes(body), at.AddSeconds(-301)));
        Assert.False(StandardWebhooks.IsSigned(secret, id, text, signature["v1,".Length..], Encoding.UTF8.GetBytes(body), at));
        Assert.False(StandardWebhooks.IsSigned(secret, id, text, signature.Replace("v1,", "v2,", StringComparison.Ordinal), Encoding.UTF8.GetBytes(body), at));
    }

    [Fact]
    public void A_header_that_comes_twice_proves_nothing()
    {
        var signed = SignedStandard();
        Assert.True(IsGiven(Standard, signed));

        foreach (var name in (string[])["webhook-id", "webhook-timestamp", "webhook-signature"])
        {
            var twice = Copy(signed);
            twice[name] = new StringValues([signed[name]!, signed[name]!]);
            Assert.False(IsGiven(Standard, twice));
            var without = Copy(signed);
            without.Remove(name);
            Assert.False(IsGiven(Standard, without));
        }
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("sha256={0}")]
    public void An_HMAC_is_hexadecimal_or_base64(string form)
    {
        var signature = HMACSHA256.HashData("It's a Secret to Everybody"u8, Body);
        string[] spellings = [Convert.ToHexStringLower(signature), Convert.ToHexString(signature), Convert.ToBase64String(signature)];

        Assert.All(spellings, spelling => Assert.True(IsGiven(Hmac, Headers("X-Signature", string.Format(CultureInfo.InvariantCulture, form, spelling)))));
        Assert.All(
            (string[])[spellings[0][1..], spellings[0] + "0", spellings[2].TrimEnd('='), spellings[0][..63] + "A", "sha1=" + spellings[0], ""],
            spelling => Assert.False(IsGiven(Hmac, Headers("X-Signature", string.Format(CultureInfo.InvariantCulture, form, spelling)))));
    }

    [Theory]
    [InlineData("""{"authentication": "header_token", "auth_token": "s3cret"}""", "X-Webhook-Token", "s3cret", true)]
    [InlineData("""{"authentication": "header_token", "auth_token": "s3cret"}""", "x-webhook-token", "s3cret", true)]
    [InlineData("""{"authentication": "header_token", "auth_token": "s3cret"}""", "X-Webhook-Token", "S3cret", false)]
    [InlineData("""{"authentication": "header_token", "auth_token": "s3cret"}""", "X-Webhook-Token", "s3cret ", false)]
    [InlineData("""{"authentication": "header_token", "auth_token": "s3cret"}""", "X-Webhook-Token", "", false)]
    [InlineData("""{"authentication": "header_token", "auth_token": "s3cret"}""", "X-Other", "s3cret", false)]
    [InlineData("""{"authentication": "header_token", "auth_token": "s3cret", "token_name": "Authorization"}""", "Authorization", "Bearer s3cret", true)]
    [InlineData("""{"authentication": "header_token", "auth_token": "s3cret", "token_name": "X-Key"}""", "X-Key", "Bearer s3cret", false)]
    [InlineData("""{"authentication": "header_token"}""", "X-Webhook-Token", "", false)]
    [InlineData("""{"authentication": "query_param"}""", "X-Webhook-Token", "", false)]
    [InlineData("""{"authentication": "signature"}""", "X-Signature", "", false)]
    [InlineData("""{"authentication": "signature"}""", "X-Signature", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad", false)]
    [InlineData("""{"authentication": "none"}""", "X-Other", "", true)]
    public void A_token_is_the_secret_and_without_a_secret_nobody_has_it(string settings, string header, string value, bool isGiven) =>
        Assert.Equal(isGiven, IsGiven(settings, Headers(header, value)));

    [Theory]
    [InlineData("?token=s3cret", true)]
    [InlineData("?token=s3cret&token=s3cret", false)]
    [InlineData("?token=", false)]
    [InlineData("?tok=s3cret", false)]
    [InlineData("", false)]
    public void A_token_in_the_query_comes_once(string query, bool isGiven)
    {
        var settings = Settings("""{"authentication": "query_param", "auth_token": "s3cret"}""");

        Assert.Equal(isGiven, CallerProof.IsGiven(settings, new HeaderDictionary(), Query(query), Body, Now));
    }

    /// <summary>One bit of a request that was signed properly: body, headers or secret. MUTATIONS=100000 tries that many.</summary>
    [Fact]
    public void No_request_that_was_changed_by_one_bit_is_accepted()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("MUTATIONS") ?? "5000", CultureInfo.InvariantCulture);
        var random = new Random(20261123);
        var hmac = Headers("X-Signature", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData("It's a Secret to Everybody"u8, Body)));
        (string Settings, IHeaderDictionary Headers)[] requests = [(Standard, SignedStandard()), (Hmac, hmac), (Hmac, WithBase64(hmac))];
        Assert.All(requests, request => Assert.True(IsGiven(request.Settings, request.Headers)));

        var accepted = new List<string>();
        var (bodies, headers, secrets) = (0, 0, 0);
        for (var trial = 0; trial < count; trial++)
        {
            var (settings, signed) = requests[trial % requests.Length];
            var (body, mutated, secret) = (Body.ToArray(), Copy(signed), settings);
            switch (random.Next(4))
            {
                case 0:
                    body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
                    bodies++;
                    break;
                case 1:
                    secret = settings.Replace(SecretOf(settings), FlippedSecret(SecretOf(settings), random), StringComparison.Ordinal);
                    secrets++;
                    break;
                default:
                    var name = mutated.Keys.ElementAt(random.Next(mutated.Count));
                    mutated[name] = Flipped(mutated[name].ToString(), random);
                    headers++;
                    break;
            }

            if (CallerProof.IsGiven(Settings(secret), mutated, QueryCollection.Empty, body, Now))
            {
                accepted.Add($"{secret} {string.Join("; ", mutated)} {Convert.ToHexString(body)}");
            }
        }

        Assert.Empty(accepted);
        Assert.All((int[])[bodies, headers, secrets], tried => Assert.True(tried > count / 8));
    }

    private static WebhookSettings Settings(string configuration) => WebhookSettings.Read(JsonNode.Parse(configuration)!.AsObject()).Settings;

    private static bool IsGiven(string settings, IHeaderDictionary headers) => CallerProof.IsGiven(Settings(settings), headers, QueryCollection.Empty, Body, Now);

    private static QueryCollection Query(string query) => new(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query));

    private static HeaderDictionary Headers(string name, string value) => new() { [name] = value };

    private static HeaderDictionary Copy(IHeaderDictionary headers) => new(new Dictionary<string, StringValues>(headers, StringComparer.OrdinalIgnoreCase));

    private static HeaderDictionary SignedStandard() => new()
    {
        ["webhook-id"] = "msg_p5jXN8AQM9LWM0D4loKWxJek",
        ["webhook-timestamp"] = "1614265330",
        ["webhook-signature"] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    };

    private static HeaderDictionary WithBase64(HeaderDictionary hex) =>
        Headers("X-Signature", Convert.ToBase64String(Convert.FromHexString(hex["X-Signature"].ToString()["sha256=".Length..])));

    private static string SecretOf(string settings) => JsonNode.Parse(settings)!["auth_token"]!.GetValue<string>();

    private static string Flipped(string text, Random random)
    {
        var changed = text.ToCharArray();
        changed[random.Next(changed.Length)] ^= (char)(1 << random.Next(7));
        return new string(changed);
    }

    // What stays JSON; a secret that is none any more would be refused for that.
    private static string FlippedSecret(string secret, Random random)
    {
        while (true)
        {
            var changed = Flipped(secret, random);
            if (changed.All(static c => c is >= ' ' and not ('"' or '\\')))
            {
                return changed;
            }
        }
    }
}
