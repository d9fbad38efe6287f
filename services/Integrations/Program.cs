using AiTeams.Integrations;
using AiTeams.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("integrations");
builder.AddPostgres();
builder.AddMessaging();

var app = builder.Build();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapGrpcService<IntegrationsCalls>();
await app.RunAsync();
