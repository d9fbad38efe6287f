using AiTeams.Scheduler;
using AiTeams.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("scheduler");
builder.AddPostgres();
builder.AddMessaging();

var app = builder.Build();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapGrpcService<SchedulerCalls>();
await app.RunAsync();
