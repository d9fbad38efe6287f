using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiTeams.Benchmarks.Engine;

/// <summary>The other side of outside calls: answers at once.</summary>
internal sealed class Stub : IAsyncDisposable
{
    private readonly WebApplication _application;

    private Stub(WebApplication application) => _application = application;

    public string Url => $"{_application.Urls.First()}/done";

    public static async Task<Stub> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.Run(static async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"done":true}""");
        });
        await application.StartAsync();
        return new Stub(application);
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();
}
