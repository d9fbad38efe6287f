using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace AiTeams.Scheduler.Tests.Webhooks;

/// <summary>Bodies that want to break something, over real HTTP: each gets a clear answer, and the process is none the bigger for them.</summary>
[Collection(SchedulerApi.Name)]
public sealed class HostileBodiesTests(SchedulerApi api)
{
    private const int Rounds = 15;
    private const long MostGrowth = 64L * 1024 * 1024;

    private static readonly (string? Type, byte[] Body, int Status)[] Bodies =
    [
        // Twelve types that are none, are not taken, or are not what the body is.
        ("json", "{}"u8.ToArray(), 415),
        ("application/json, text/plain", "{}"u8.ToArray(), 415),
        ("*/*", "{}"u8.ToArray(), 415),
        ("application/xml", "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"u8.ToArray(), 415),
        ("application/octet-stream", [0, 1, 2], 415),
        ("application/x-msgpack", [0x81], 415),
        ("image/svg+xml", "<svg/>"u8.ToArray(), 415),
        ("multipart/mixed; boundary=b", "--b--"u8.ToArray(), 415),
        ("multipart/form-data", "--b--"u8.ToArray(), 415),
        ("application/json; charset=utf-7", "{}"u8.ToArray(), 415),
        ("application/json", "a=1&b=2"u8.ToArray(), 422),
        ("multipart/form-data; boundary=b", "{}"u8.ToArray(), 400),
        // Text that is none.
        ("application/json", [(byte)'"', 0xFF, (byte)'"'], 400),
        ("text/plain", [0xC0, 0xAF], 400),
        ("application/x-www-form-urlencoded", "a=%C0%AF"u8.ToArray(), 400),
        ("text/plain", "a\0b"u8.ToArray(), 422),
        ("application/json", "\"\\u0000\""u8.ToArray(), 422),
        ("application/json", "\"\\udfff\""u8.ToArray(), 422),
        // Depth, breadth, size.
        ("application/json", Encoding.UTF8.GetBytes(new string('[', 1_000_000)), 422),
        ("application/json", Encoding.UTF8.GetBytes($"{{{string.Join(',', Enumerable.Range(0, 50_000).Select(_ => "\"a\":1"))}}}"), 422),
        ("application/json", "1e999999999"u8.ToArray(), 422),
        ("application/x-www-form-urlencoded", Encoding.UTF8.GetBytes(string.Join('&', Enumerable.Range(0, 100_000).Select(at => $"{at}"))), 422),
        ("multipart/form-data; boundary=b", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n", 15_000)) + "--b--"), 422),
        ("multipart/form-data; boundary=b", Encoding.UTF8.GetBytes("--b\r\nContent-Disposition: form-data; name=a\r\nX: " + new string('x', 900_000)), 400),
        ("text/plain", new byte[10_000_000], 413),
        ("text/plain", Encoding.UTF8.GetBytes(new string('\u0001', 1_000_000)), 413),
    ];

    [Fact]
    public async Task Each_gets_a_clear_4xx_and_nothing_starts_breaks_or_grows()
    {
        var path = await api.DeployWebhookAsync("{}");
        var before = api.Engine.Started.Count;
        using var client = api.Host.Client();
        await SendAllAsync(client, path);                 // what is compiled and pooled once does not count
        var memory = Memory();

        for (var round = 1; round < Rounds; round++)
        {
            await SendAllAsync(client, path);
        }

        Assert.InRange(Memory() - memory, long.MinValue, MostGrowth);
        Assert.Equal(before, api.Engine.Started.Count);
        using var alive = await api.Host.Client().PostAsync(path, null);
        Assert.Equal(HttpStatusCode.Accepted, alive.StatusCode);
    }

    [Fact]
    public async Task A_body_of_unknown_length_ends_at_the_limit_too()
    {
        var path = await api.DeployWebhookAsync("{}");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StreamContent(new MemoryStream(new byte[3_000_000])) };
        request.Headers.TransferEncodingChunked = true;

        using var answer = await api.Host.Client().SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity, gzip")]
    public async Task Nothing_is_unpacked(string encoding)
    {
        var path = await api.DeployWebhookAsync("{}");
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[10_000_000]);
        }

        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var answer = await api.Host.Client().PostAsync(path, content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    private static async Task SendAllAsync(HttpClient client, string path)
    {
        foreach (var (type, body, status) in Bodies)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            using var answer = await client.PostAsync(path, content);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True((int)answer.StatusCode == status, $"{type} of {body.Length}: {(int)answer.StatusCode} instead of {status}: {text}");
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.NotEmpty((string)JsonNode.Parse(text)!["detail"]!);
        }
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
