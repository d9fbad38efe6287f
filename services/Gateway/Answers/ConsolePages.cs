using Microsoft.Extensions.FileProviders;

namespace AiTeams.Gateway.Answers;

/// <summary>The console at the root: three kinds of small static file out of the assembly.</summary>
internal static class ConsolePages
{
    public static void UseConsole(this IApplicationBuilder app)
    {
        var files = new EmbeddedFileProvider(typeof(ConsolePages).Assembly, "AiTeams.Gateway.wwwroot");
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = file =>
            {
                file.Context.Response.Headers.ContentSecurityPolicy = SecurityHeaders.Page;
                file.Context.Response.Headers.CacheControl = "no-cache";
            },
        });
    }
}
