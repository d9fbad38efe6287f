using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

// A service that does what a test tells it to by its environment:
//   SAMPLE_EXIT     end at once with this code
//   SAMPLE_GATE     unhealthy until this file exists
//   SAMPLE_JOURNAL  note here when it starts and when it stops in good order
//   SAMPLE_DEAF     ignore SIGTERM
if (Environment.GetEnvironmentVariable("SAMPLE_EXIT") is { } code)
{
    Console.WriteLine($"ending with {code}");
    return int.Parse(code, System.Globalization.CultureInfo.InvariantCulture);
}

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();
var gate = app.Configuration["SAMPLE_GATE"];
app.MapGet("/health", () => gate is null || File.Exists(gate) ? Results.Ok() : Results.StatusCode(503));
app.MapGet("/pid", () => Environment.ProcessId);
app.MapGet("/variable/{name}", (string name) => Environment.GetEnvironmentVariable(name) ?? "");
app.MapGet("/crash", Crash);

using var deaf = app.Configuration["SAMPLE_DEAF"] is null ? null : PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);
if (deaf is not null)
{
    await app.StartAsync();
    await Task.Delay(Timeout.Infinite);
}

Note("started");
app.Lifetime.ApplicationStopping.Register(() => Note("stopped"));
await app.RunAsync();
return 0;

void Note(string what)
{
    Console.WriteLine(what);
    if (app.Configuration["SAMPLE_JOURNAL"] is { } journal)
    {
        File.AppendAllText(journal, $"{app.Configuration["SAMPLE_NAME"]} {what}\n");
    }
}

[DoesNotReturn]
static void Crash() => Environment.Exit(7);
