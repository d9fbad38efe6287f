using System.Globalization;
using AiTeams.AppHost;

var builder = DistributedApplication.CreateBuilder(args);

var postgres = builder.AddPostgres("postgres").WithImage("pgvector/pgvector", "pg17").WithDataVolume();
var database = postgres.AddDatabase("aiteams");
var redis = builder.AddRedis("redis").WithDataVolume();
var rabbitmq = builder.AddRabbitMQ("rabbitmq").WithManagementPlugin().WithDataVolume();
var jwtSecret = builder.AddGeneratedSecret("jwt-secret");

var migrator = builder.AddProject<Projects.Migrator>("migrator").WithReference(database).WaitFor(database);

var system = new ServicePlan(builder, postgres, database, redis, rabbitmq, jwtSecret, migrator);

var gateway = system.Add<Projects.Gateway>("gateway").WithExternalHttpEndpoints().WithUrlForEndpoint("http", url => url.DisplayText = "AI Teams");
var workflowEngine = system.Add<Projects.WorkflowEngine>("workflow-engine").WithGrpc()
    .WithReplicas(int.Parse(builder.Configuration["WorkflowEngine:Replicas"] ?? "1", CultureInfo.InvariantCulture));
var scheduler = system.Add<Projects.Scheduler>("scheduler").WithGrpc();
var humanInTheLoop = system.Add<Projects.HumanInTheLoop>("human-in-the-loop").WithGrpc();
var memory = system.Add<Projects.Memory>("memory").WithGrpc();
var integrations = system.Add<Projects.Integrations>("integrations").WithGrpc();

gateway.WithReferences(workflowEngine, scheduler, humanInTheLoop, memory, integrations);
workflowEngine.WithReferences(memory, integrations, humanInTheLoop);
scheduler.WithReferences(workflowEngine, integrations, humanInTheLoop);
humanInTheLoop.WithReferences(workflowEngine, integrations);
humanInTheLoop.WithEnvironment("HumanInTheLoop__PublicUrl", gateway.GetEndpoint("http"));
system.IssueTokensAt(gateway);

var demo = builder.AddProject<Projects.Demo>("demo")
    .WithHttpEndpoint(name: "http")
    .WithEnvironment("Demo__Password", builder.AddGeneratedSecret("demo-password"))
    .WithReference(gateway).WaitFor(gateway).WaitFor(workflowEngine).WaitFor(humanInTheLoop);

// The sample's shop runs on this machine, where nothing else may be called from a workflow.
integrations.WithEnvironment("Integrations__Outside__AllowedPrivateTargets__0", $"{demo.GetEndpoint("http").Property(EndpointProperty.HostAndPort)}");

builder.Build().Run();
