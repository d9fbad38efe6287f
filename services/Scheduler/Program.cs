using AiTeams.Scheduler;
using AiTeams.Scheduler.Deployments;
using AiTeams.Scheduler.Firing;
using AiTeams.Scheduler.Insight;
using AiTeams.Scheduler.Triggers;
using AiTeams.Scheduler.Webhooks;
using AiTeams.ServiceDefaults;
using AiTeams.ServiceDefaults.ApiDescription;
using HumanInTheLoopClient = AiTeams.Contracts.HumanInTheLoop.V1.HumanInTheLoop.HumanInTheLoopClient;
using IntegrationsClient = AiTeams.Contracts.Integrations.V1.Integrations.IntegrationsClient;
using WorkflowEngineClient = AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine.WorkflowEngineClient;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("scheduler");
builder.AddClock();
builder.AddPostgres();
builder.AddMessaging();
builder.AddGrpcClient<WorkflowEngineClient>("workflow-engine", static invoker => new(invoker));
builder.AddGrpcClient<IntegrationsClient>("integrations", static invoker => new(invoker));
builder.AddGrpcClient<HumanInTheLoopClient>("human-in-the-loop", static invoker => new(invoker));
builder.Services.AddApiDescription("scheduler").AddTriggerTypes().AddFiring().AddDeployments().AddTriggerInsight().AddWebhooks().AddProviders();

var app = builder.Build();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapApiDescription();
app.MapDeployments().MapTriggerInsight().MapWebhooks().MapProviders();
app.MapGrpcService<SchedulerCalls>();
await app.RunAsync();
