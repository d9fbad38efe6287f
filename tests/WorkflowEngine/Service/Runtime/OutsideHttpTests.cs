using System.Text;
using AiTeams.WorkflowEngine.Core.Nodes;
using AiTeams.WorkflowEngine.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Runtime;

/// <summary>What the engine's one way out does, and what it makes of a world that misbehaves.</summary>
public sealed class OutsideHttpTests : IAsyncLifetime
{
    private readonly WebApplication _world = World();
    private readonly WebApplication _elsewhere = World();
    private readonly ServiceProvider _services = new ServiceCollection().AddRuntime().BuildServiceProvider();

    private OutsideHttp Http => new(_services.GetRequiredService<IHttpClientFactory>(), TimeProvider.System);

    public async Task InitializeAsync()
    {
        foreach (var world in (WebApplication[])[_world, _elsewhere])
        {
            world.Map("/echo", (HttpRequest request) =>
                $"{request.Method} auth={request.Headers.Authorization} key={request.Headers["Idempotency-Key"]} trace={request.Headers.ContainsKey("traceparent")}");
            world.Map("/away", (string to, int status) => Results.Extensions.Redirect(to, status));
            world.Map("/flood", () => new string('x', 100_000));
            world.Map("/slow", async (HttpContext context) => await Task.Delay(Timeout.Infinite, context.RequestAborted));
            world.Map("/cookie", (HttpContext context) =>
            {
                context.Response.Cookies.Append("seen", "yes");
                return $"cookie={context.Request.Headers.Cookie}";
            });
            await world.StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        await _elsewhere.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task A_writing_call_carries_its_idempotency_key_and_a_reading_one_none_and_nobody_learns_our_trace()
    {
        Assert.Equal("POST auth= key=the-key trace=False", await BodyAsync(Call("POST", At("/echo"))));
        Assert.Equal("GET auth= key= trace=False", await BodyAsync(Call("GET", At("/echo"))));
        Assert.Equal("POST auth= key=own trace=False", await BodyAsync(Call("POST", At("/echo")) with { Headers = [new("Idempotency-Key", "own")] }));
    }

    [Theory]
    [InlineData(303, "POST", "GET")]
    [InlineData(302, "POST", "GET")]
    [InlineData(307, "POST", "POST")]
    [InlineData(301, "PUT", "PUT")]
    public async Task A_redirect_keeps_or_changes_the_method_as_RFC_9110_says(int status, string method, string then)
    {
        var result = await Http.SendAsync(Call(method, Away(At("/echo"), status)), CancellationToken.None);

        Assert.StartsWith($"{then} ", Encoding.UTF8.GetString(result.Body.Span), StringComparison.Ordinal);
        Assert.Equal([At("/echo")], result.Redirects);
    }

    [Fact]
    public async Task Credentials_stay_with_the_address_they_were_given_for()
    {
        var headers = new[] { KeyValuePair.Create("Authorization", "Bearer secret") };

        Assert.Contains("auth=Bearer secret", await BodyAsync(Call("GET", Away(At("/echo"), 302)) with { Headers = headers }), StringComparison.Ordinal);
        Assert.Contains("auth= ", await BodyAsync(Call("GET", Away($"{_elsewhere.Urls.First()}/echo", 302)) with { Headers = headers }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookies_of_one_call_are_not_shown_in_the_next()
    {
        await BodyAsync(Call("GET", At("/cookie")));
        Assert.Equal("cookie=", await BodyAsync(Call("GET", At("/cookie"))));
    }

    [Fact]
    public async Task Whatever_goes_wrong_is_a_result()
    {
        Assert.Equal(HttpErrorKind.TooManyRedirects, await ErrorAsync(Call("GET", Away(Away(At("/echo"), 302), 302)) with { MaxRedirects = 1 }));
        Assert.Equal(HttpErrorKind.Refused, await ErrorAsync(Call("GET", Away("file:///etc/passwd", 302))));
        Assert.Equal(HttpErrorKind.TooLarge, await ErrorAsync(Call("GET", At("/flood")) with { MaxResponseBytes = 99_999 }));
        Assert.Equal(HttpErrorKind.None, await ErrorAsync(Call("GET", At("/flood")) with { MaxResponseBytes = 100_000 }));
        Assert.Equal(HttpErrorKind.Timeout, await ErrorAsync(Call("GET", At("/slow")) with { Timeout = TimeSpan.FromMilliseconds(200) }));
        Assert.Equal(HttpErrorKind.Network, await ErrorAsync(Call("GET", "http://127.0.0.1:9/")));
        Assert.Equal(HttpErrorKind.Network, await ErrorAsync(Call("GET", At("/echo")) with { Headers = [new("X-Name", "Zoë")] }));
    }

    [Fact]
    public async Task Not_followed_a_redirect_is_the_answer()
    {
        var result = await Http.SendAsync(Call("GET", Away(At("/echo"), 302)) with { FollowRedirects = false }, CancellationToken.None);

        Assert.Equal((302, HttpErrorKind.None), (result.StatusCode, result.Error));
        Assert.Contains(result.Headers, header => header.Key == "location");
    }

    private static WebApplication World()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }

    private static HttpCall Call(string method, string url) => new() { Method = method, Url = new Uri(url), Headers = [], IdempotencyKey = "the-key" };

    private string At(string path) => _world.Urls.First() + path;

    private string Away(string to, int status) => At($"/away?status={status}&to={Uri.EscapeDataString(to)}");

    private async Task<string> BodyAsync(HttpCall call) => Encoding.UTF8.GetString((await Http.SendAsync(call, CancellationToken.None)).Body.Span);

    private async Task<HttpErrorKind> ErrorAsync(HttpCall call) => (await Http.SendAsync(call, CancellationToken.None)).Error;
}

internal static class Redirects
{
    /// <summary>A bare redirect with any status; the framework's own picks the status itself.</summary>
    public static IResult Redirect(this IResultExtensions _, string to, int status) => new Bare(to, status);

    private sealed record Bare(string To, int Status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = Status;
            httpContext.Response.Headers.Location = To;
            return Task.CompletedTask;
        }
    }
}
