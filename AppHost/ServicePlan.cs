namespace AiTeams.AppHost;

/// <summary>What every service has in common: a database role of its own, the cache, the bus, the signing secret, two endpoints, health.</summary>
internal sealed class ServicePlan(
    IDistributedApplicationBuilder builder,
    IResourceBuilder<PostgresServerResource> postgres,
    IResourceBuilder<PostgresDatabaseResource> database,
    IResourceBuilder<RedisResource> redis,
    IResourceBuilder<RabbitMQServerResource> rabbitmq,
    IResourceBuilder<ParameterResource> jwtSecret,
    IResourceBuilder<ProjectResource> migrator)
{
    private readonly List<IResourceBuilder<ProjectResource>> _services = [];

    public IResourceBuilder<ProjectResource> Add<TProject>(string name)
        where TProject : IProjectMetadata, new()
    {
        var role = $"{name.Replace('-', '_')}_service";
        var password = builder.AddGeneratedSecret($"{name}-service-password");
        migrator.WithEnvironment($"Roles__{role}", password);

        var server = postgres.Resource.PrimaryEndpoint;
        var connection = ReferenceExpression.Create(
            $"Host={server.Property(EndpointProperty.Host)};Port={server.Property(EndpointProperty.Port)};Username={role};Password={password.Resource};Database={database.Resource.DatabaseName}");

        var service = builder.AddProject<TProject>(name)
            .WithEnvironment("ConnectionStrings__aiteams", connection)
            .WithEnvironment("Identity__JwtSecret", jwtSecret)
            .WithReference(redis)
            .WithReference(rabbitmq)
            .WaitFor(redis)
            .WaitForCompletion(migrator)
            .WithHttpHealthCheck("/health");
        _services.Add(service);
        return service;
    }

    /// <summary>Tokens name the gateway's public address as their issuer, and every service checks that name.</summary>
    public void IssueTokensAt(IResourceBuilder<ProjectResource> gateway)
    {
        foreach (var service in _services)
        {
            service.WithEnvironment("Identity__Issuer", $"{gateway.GetEndpoint("http")}/auth/v1");
        }
    }
}

internal static class ServiceWiring
{
    /// <summary>A secret that is made at the first start and kept.</summary>
    public static IResourceBuilder<ParameterResource> AddGeneratedSecret(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(name, new GenerateParameterDefault { MinLength = 40, Special = false }, secret: true, persist: true);

    /// <summary>An internal service: HTTP for health and REST, and gRPC on a port of its own, both wherever there is room.</summary>
    public static IResourceBuilder<ProjectResource> WithGrpc(this IResourceBuilder<ProjectResource> service) =>
        service.WithHttpEndpoint(name: "http").WithHttpEndpoint(name: "grpc", env: "GRPC_PORT");

    public static void WithReferences(this IResourceBuilder<ProjectResource> service, params IResourceBuilder<ProjectResource>[] others)
    {
        foreach (var other in others)
        {
            service.WithReference(other);
        }
    }
}
