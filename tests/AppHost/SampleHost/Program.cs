// An application to be killed: a store and, in front of it, a gateway.
var builder = DistributedApplication.CreateBuilder(args);

var journal = builder.Configuration["Journal"];
var store = builder.AddProject<Projects.Sample>("store")
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health")
    .WithEnvironment("SAMPLE_NAME", "store")
    .WithEnvironment("SAMPLE_JOURNAL", journal);
builder.AddProject<Projects.Sample>("gateway")
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health")
    .WithEnvironment("SAMPLE_NAME", "gateway")
    .WithEnvironment("SAMPLE_JOURNAL", journal)
    .WithReference(store)
    .WaitFor(store);

if (builder.Configuration["Deaf"] is { } deaf)
{
    store.WithEnvironment("SAMPLE_DEAF", deaf);
}

builder.Build().Run();
