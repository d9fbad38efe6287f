using AiTeams.Memory;
using AiTeams.Memory.Retention;
using AiTeams.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("memory");
builder.AddPostgres();
builder.AddMessaging();
builder.Services.AddRetention();

var app = builder.Build();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapGrpcService<MemoryCalls>();
await app.RunAsync();
