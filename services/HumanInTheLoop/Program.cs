using AiTeams.HumanInTheLoop;
using AiTeams.HumanInTheLoop.Asking;
using AiTeams.HumanInTheLoop.Deadlines;
using AiTeams.HumanInTheLoop.Deciding;
using AiTeams.HumanInTheLoop.Delivering;
using AiTeams.HumanInTheLoop.Inbox;
using AiTeams.HumanInTheLoop.Links;
using AiTeams.HumanInTheLoop.Resuming;
using AiTeams.ServiceDefaults;
using AiTeams.ServiceDefaults.ApiDescription;
using IntegrationsClient = AiTeams.Contracts.Integrations.V1.Integrations.IntegrationsClient;
using WorkflowEngineClient = AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine.WorkflowEngineClient;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("human-in-the-loop");
builder.AddPostgres();
builder.AddMessaging();
builder.AddGrpcClient<WorkflowEngineClient>("workflow-engine", static invoker => new(invoker));
builder.AddGrpcClient<IntegrationsClient>("integrations", static invoker => new(invoker));
builder.Services.AddApiDescription("human-in-the-loop").AddDeciding().AddInbox().AddAnswerPage().AddDelivering();
builder.Services.AddDuty<TakeUpQuestions>().AddDuty<ResumeExecutions>().AddDuty<ExpireInteractions>().AddDuty<RemindPeople>();

var app = builder.Build();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapApiDescription();
app.MapInbox().MapAnswerPage();
app.MapGrpcService<HumanInTheLoopCalls>();
await app.RunAsync();
