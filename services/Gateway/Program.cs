using System.Diagnostics;
using AiTeams.Gateway.Accounts;
using AiTeams.Gateway.Answers;
using AiTeams.Gateway.Limits;
using AiTeams.Gateway.Routing;
using AiTeams.Gateway.Tracing;
using AiTeams.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<DistributedContextPropagator>(new TraceIdPropagator(DistributedContextPropagator.Current));
builder.AddServiceDefaults("gateway");
builder.AddPostgres();
builder.AddLimits();
builder.AddOrigins();
builder.AddAccounts();
builder.AddRoutes();

var app = builder.Build();
app.UseMiddleware<EmitTraceId>();
app.UseMiddleware<SecurityHeaders>();
app.UseMiddleware<RefuseOddPaths>();
app.UseRouting();
app.UseCors();
app.UseMiddleware<LimitRequests>();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapAccounts();
app.MapRoutes();
await app.RunAsync();
