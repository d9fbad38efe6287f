using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace AiTeams.Gateway.Tests.Routing;

[Collection(OneGateway.Name)]
public sealed class StreamTests(GatewayUnderTest gateway)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Events_arrive_when_they_happen_and_the_service_learns_when_nobody_listens_any_more()
    {
        var service = gateway["workflow-engine"];
        var (go, gone) = (new TaskCompletionSource(), new TaskCompletionSource());
        service.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("id: 1\nevent: execution_started\ndata: {}\n\n");
            await context.Response.Body.FlushAsync();
            await go.Task;
            await context.Response.WriteAsync("id: 2\nevent: execution_completed\ndata: {}\n\n");
            await context.Response.Body.FlushAsync();
            context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        };
        try
        {
            using var client = gateway.Host.ClientOf(Guid.NewGuid());
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/app/executions/e1/events");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
            var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);

            Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal("no", answer.Headers.GetValues("X-Accel-Buffering").Single());
            Assert.True(answer.Headers.CacheControl?.NoCache);
            var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());

            // The service is still waiting for this test: what can be read now was not held back.
            Assert.Equal("id: 1", await reader.ReadLineAsync().WaitAsync(Patience));
            Assert.Equal("event: execution_started", await reader.ReadLineAsync().WaitAsync(Patience));
            go.SetResult();
            string? line;
            do
            {
                line = await reader.ReadLineAsync().WaitAsync(Patience);
            }
            while (line is not (null or "id: 2"));

            Assert.Equal("id: 2", line);
            reader.Dispose();
            answer.Dispose();
            await gone.Task.WaitAsync(Patience);
        }
        finally
        {
            service.Answer = null;
            gone.TrySetResult();
        }
    }
}
