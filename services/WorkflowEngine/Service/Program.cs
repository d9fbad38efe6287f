using AiTeams.ServiceDefaults;
using AiTeams.WorkflowEngine.ApiDescription;
using AiTeams.WorkflowEngine.Catalog;
using AiTeams.WorkflowEngine.Definitions;
using AiTeams.WorkflowEngine.Executions.Reading;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("workflow-engine");
builder.AddPostgres();
builder.AddMessaging();
builder.Services.AddApiDescription().AddDefinitions().AddExecutionReading();

var app = builder.Build();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapApiDescription();
app.MapDefinitions().MapCatalog().MapExecutionReading();
await app.RunAsync();
