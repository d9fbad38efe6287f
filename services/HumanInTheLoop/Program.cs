using AiTeams.HumanInTheLoop;
using AiTeams.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("human-in-the-loop");
builder.AddPostgres();
builder.AddMessaging();

var app = builder.Build();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapGrpcService<HumanInTheLoopCalls>();
await app.RunAsync();
