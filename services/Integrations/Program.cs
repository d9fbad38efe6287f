using AiTeams.Integrations;
using AiTeams.Integrations.CallLog;
using AiTeams.Integrations.Connections;
using AiTeams.Integrations.Database;
using AiTeams.Integrations.Http;
using AiTeams.Integrations.Mail;
using AiTeams.ServiceDefaults;
using Grpc.AspNetCore.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("integrations");
builder.AddPostgres();
builder.AddMessaging();
builder.Services.TryAddSingleton(TimeProvider.System);
builder.Services.AddOutsideHttp();
builder.Services.AddSingleton<TargetPools>().AddHostedService(static services => services.GetRequiredService<TargetPools>()).AddSingleton<QueryDatabase>();
builder.Services.AddMail();
builder.Services.Configure<GrpcServiceOptions<IntegrationsCalls>>(static options => options.MaxReceiveMessageSize = SendHttp.MaxRequestBytes);
builder.Services.AddSingleton<ApiCallLog>().AddHostedService(static services => services.GetRequiredService<ApiCallLog>());
builder.Services.AddHostedService<CallLogPartitions>().AddHostedService<ForgetSignIns>();

var app = builder.Build();
app.UseServiceDefaults();
app.MapDefaultEndpoints();
app.MapGrpcService<IntegrationsCalls>();
await app.RunAsync();
