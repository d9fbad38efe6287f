using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace AiTeams.Gateway.Tests.Limits;

[Collection(OneGateway.Name)]
public sealed class BodyLimitTests(GatewayUnderTest gateway)
{
    [Theory]
    [InlineData("/api/v1/app/workflows", 10 * 1024 * 1024)]
    [InlineData("/api/v1/public/webhook/orders", 1024 * 1024)]
    [InlineData("/api/v1/public/webhooks/github", 1024 * 1024)]
    public async Task A_body_may_have_its_layer_s_size_and_not_a_byte_more(string path, int size)
    {
        using var client = gateway.Host.ClientOf(Guid.NewGuid());

        Assert.Equal(200, (int)(await client.PostAsync(path, new ByteArrayContent(new byte[size]))).StatusCode);
        await (await client.PostAsync(path, new ByteArrayContent(new byte[size + 1]))).AssertProblemAsync(413, "body_too_large");
    }

    [Theory]
    [InlineData("/api/v1/public/webhook/orders", 1024 * 1024)]
    [InlineData("/auth/v1/signup", 64 * 1024)]
    public async Task A_body_that_does_not_tell_its_size_is_cut_off_at_it(string path, int size)
    {
        using var client = gateway.Host.ClientOf(Guid.NewGuid());
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new Endless(size * 3L) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TransferEncodingChunked = true;

        await (await client.SendAsync(request)).AssertProblemAsync(413, "body_too_large");
    }

    [Fact]
    public async Task Sign_up_takes_little()
    {
        var body = JsonContent.Create(new { email = "a@example.com", data = new { x = new string('x', 64 * 1024) } });

        var problem = await (await gateway.Client().PostAsync("/auth/v1/signup", body)).AssertProblemAsync(413, "body_too_large");
        Assert.NotNull(problem["msg"]);
    }

    private sealed class Endless(long size) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("{\"email\":\""u8.ToArray());
            var some = Encoding.UTF8.GetBytes(new string('x', 8192));
            for (var sent = 0L; sent < size; sent += some.Length)
            {
                await stream.WriteAsync(some);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
