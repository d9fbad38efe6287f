using AiTeams.ServiceDefaults;
using AiTeams.ServiceDefaults.ApiDescription;
using AiTeams.WorkflowEngine.Catalog;
using AiTeams.WorkflowEngine.Definitions;
using AiTeams.WorkflowEngine.Executions.Controlling;
using AiTeams.WorkflowEngine.Executions.Reading;
using AiTeams.WorkflowEngine.Executions.Starting;
using AiTeams.WorkflowEngine.Grpc;
using AiTeams.WorkflowEngine.Ownership;
using AiTeams.WorkflowEngine.Reporting;
using AiTeams.WorkflowEngine.Runtime;
using IntegrationsClient = AiTeams.Contracts.Integrations.V1.Integrations.IntegrationsClient;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("workflow-engine");
builder.AddPostgres(static (services, source) => source.ConnectionStringBuilder.ApplicationName = services.GetRequiredService<EngineInstance>().SessionName);
builder.AddMessaging();
builder.AddGrpcClient<IntegrationsClient>("integrations", static invoker => new(invoker));
builder.Services.AddApiDescription("workflow engine").AddDefinitions().AddExecutionReading().AddExecutionStarting().AddExecutionControl().AddRuntime().AddReporting();

var app = builder.Build();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapApiDescription();
app.MapDefinitions().MapCatalog().MapExecutionReading().MapExecutionStarting().MapExecutionControl();
app.MapGrpcService<WorkflowEngineGrpc>();
await app.RunAsync();
