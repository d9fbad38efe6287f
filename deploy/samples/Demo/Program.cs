using AiTeams.Demo;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddHttpClient<Platform>(client => client.BaseAddress = new Uri(
    builder.Configuration["services:gateway:http:0"] ?? "http://127.0.0.1:8080"));

var app = builder.Build();
app.MapOrders();
app.MapGet("/health", () => "ok");
await app.StartAsync();

// The demo is a visitor: it does what a person with curl would do, once, and leaves.
var ended = await Tour.RunAsync(app, Console.Out, app.Lifetime.ApplicationStopping);
await app.StopAsync();
return ended ? 0 : 1;
