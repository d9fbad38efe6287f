using AiTeams.Memory;
using AiTeams.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("memory");
builder.AddPostgres();
builder.AddMessaging();

var app = builder.Build();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapGrpcService<MemoryCalls>();
await app.RunAsync();
