using System.Collections;
using AiTeams.LocalHosting;

namespace AiTeams.AppHost.Tests.Model;

public sealed class EnvironmentTests : IDisposable
{
    private readonly string _folder = TestFolder.New();
    private readonly Hashtable _host = new() { ["PATH"] = "/bin", ["HOME"] = "/home/me", ["EDITOR"] = "vi", ["DOTNET_ROOT"] = "/dotnet", ["DOTNET_LAUNCH_PROFILE"] = "host" };
    private readonly IDistributedApplicationBuilder _builder;

    public EnvironmentTests() => _builder = DistributedApplication.CreateBuilder([$"--LocalHosting:StateDirectory={_folder}"]);

    public void Dispose() => TestFolder.Delete(_folder);

    [Fact]
    public async Task Only_what_every_program_needs_is_inherited()
    {
        var variables = await OfAsync(Sample("web"));
        Assert.Equal(["DOTNET_ROOT", "HOME", "PATH"], variables.Keys.Where(name => name != "ASPNETCORE_URLS").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Servers_are_given_as_connection_strings_and_as_single_properties()
    {
        var secret = _builder.AddParameter("secret", "p@ss", secret: true);
        var postgres = _builder.AddPostgres("postgres", password: secret, port: 5001);
        var database = postgres.AddDatabase("main-db", "main");
        var cache = _builder.AddRedis("cache", port: 5002, password: secret);
        var bus = _builder.AddRabbitMQ("bus", password: secret, port: 5003);
        var web = Sample("web").WithReference(database).WithReference(cache, "redis").WithReference(bus).WithEnvironment("Bus__Uri", bus);

        var variables = await OfAsync(web);

        Assert.Equal("Host=127.0.0.1;Port=5001;Username=postgres;Password=p@ss;Database=main", variables["ConnectionStrings__main-db"]);
        Assert.Equal("127.0.0.1:5002,password=p@ss", variables["ConnectionStrings__redis"]);
        Assert.Equal("amqp://aiteams:p%40ss@127.0.0.1:5003", variables["ConnectionStrings__bus"]);
        Assert.Equal(variables["ConnectionStrings__bus"], variables["Bus__Uri"]);
        Assert.Equal("5001", variables["MAIN_DB_PORT"]);
        Assert.Equal("main", variables["MAIN_DB_DATABASENAME"]);
        Assert.Equal("postgresql://postgres:p%40ss@127.0.0.1:5001/main", variables["MAIN_DB_URI"]);
        Assert.Equal("127.0.0.1", variables["REDIS_HOST"]);
    }

    [Fact]
    public async Task Services_find_each_other_and_learn_their_own_ports()
    {
        var engine = _builder.AddProject<Projects.Sample>("work-engine").WithHttpEndpoint(port: 6001).WithHttpEndpoint(port: 6002, name: "grpc", env: "GRPC_PORT");
        var web = Sample("web").WithReference(engine).WithReference("search", new Uri("http://search.test/"));

        var own = await OfAsync(engine);
        var others = await OfAsync(web);

        Assert.Equal("http://127.0.0.1:6001", own["ASPNETCORE_URLS"]);
        Assert.Equal("6002", own["GRPC_PORT"]);
        Assert.Equal("http://127.0.0.1:6001", others["services__work-engine__http__0"]);
        Assert.Equal("http://127.0.0.1:6002", others["services__work-engine__grpc__0"]);
        Assert.Equal("http://127.0.0.1:6001", others["WORK_ENGINE_HTTP"]);
        Assert.Equal("http://search.test/", others["services__search__default__0"]);
    }

    [Fact]
    public async Task Every_way_to_set_a_variable_ends_in_its_text()
    {
        var store = _builder.AddProject<Projects.Sample>("store").WithHttpEndpoint(port: 6101);
        var key = _builder.AddParameter("key", "k-1", secret: true);
        var web = Sample("web")
            .WithEnvironment("TEXT", "plain {not a hole}")
            .WithEnvironment("EMPTY", (string?)null)
            .WithEnvironment("PARAMETER", key)
            .WithEnvironment("ENDPOINT", store.GetEndpoint("http"))
            .WithEnvironment("MIXED", $"{store.GetEndpoint("http")}/{key}/{{x}}")
            .WithEnvironment("PARTS", $"{store.GetEndpoint("http").Property(EndpointProperty.HostAndPort)} {store.GetEndpoint("http").Property(EndpointProperty.Scheme)}")
            .WithEnvironment("EXPRESSION", ReferenceExpression.Create($"<{key}>"))
            .WithEnvironment("LATE", () => "late")
            .WithEnvironment(context => context.EnvironmentVariables["CALLBACK"] = store.GetEndpoint("http").Property(EndpointProperty.Port))
            .WithEnvironment(async context =>
            {
                await Task.Yield();
                context.EnvironmentVariables["NUMBER"] = 4.5;
            });

        var variables = await OfAsync(web);

        Assert.Equal("plain {not a hole}", variables["TEXT"]);
        Assert.Equal("", variables["EMPTY"]);
        Assert.Equal("k-1", variables["PARAMETER"]);
        Assert.Equal("http://127.0.0.1:6101", variables["ENDPOINT"]);
        Assert.Equal("http://127.0.0.1:6101/k-1/{x}", variables["MIXED"]);
        Assert.Equal("127.0.0.1:6101 http", variables["PARTS"]);
        Assert.Equal("<k-1>", variables["EXPRESSION"]);
        Assert.Equal("late", variables["LATE"]);
        Assert.Equal("6101", variables["CALLBACK"]);
        Assert.Equal("4.5", variables["NUMBER"]);
    }

    [Fact]
    public async Task Telemetry_goes_on_only_where_an_endpoint_is_configured()
    {
        var web = Sample("web");
        _host["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        Assert.DoesNotContain(await OfAsync(web), variable => variable.Key.StartsWith("OTEL_", StringComparison.Ordinal));

        _host["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4318";
        _host["OTEL_RESOURCE_ATTRIBUTES"] = "team=a";
        var variables = await OfAsync(web);

        Assert.Equal("http://collector:4318", variables["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal("http/protobuf", variables["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal("web", variables["OTEL_SERVICE_NAME"]);
        Assert.Equal("team=a,service.instance.id=web-0", variables["OTEL_RESOURCE_ATTRIBUTES"]);
    }

    [Fact]
    public async Task Replicas_bind_ports_of_their_own_behind_the_one_others_know()
    {
        var web = _builder.AddProject<Projects.Sample>("web").WithHttpEndpoint(port: 6201).WithReplicas(2);
        var first = await OfAsync(web, 0);
        var second = await OfAsync(web, 1);

        Assert.NotEqual(first["ASPNETCORE_URLS"], second["ASPNETCORE_URLS"]);
        Assert.DoesNotContain(":6201", first["ASPNETCORE_URLS"] + second["ASPNETCORE_URLS"], StringComparison.Ordinal);
        Assert.Equal("http://127.0.0.1:6201", web.GetEndpoint("http").Url);
    }

    [Fact]
    public async Task Arguments_may_be_values_that_are_known_only_at_the_start()
    {
        var store = _builder.AddProject<Projects.Sample>("store").WithHttpEndpoint(port: 6301);
        var tool = _builder.AddExecutable("tool", "curl", ".", "-s").WithArgs(store.GetEndpoint("http"), 3).WithArgs(context => context.Args.Add("--last"));
        Allocate();
        Assert.Equal(["-s", "http://127.0.0.1:6301", "3", "--last"], await ProcessEnvironment.ArgumentsOfAsync(tool.Resource, default));
    }

    [Fact]
    public async Task A_launch_profile_gives_the_url_and_the_first_variables()
    {
        var project = Path.Combine(_folder, "Thing", "Thing.csproj");
        var settings = Path.Combine(_folder, "Thing", "Properties", "launchSettings.json");
        Directory.CreateDirectory(Path.GetDirectoryName(settings)!);
        await File.WriteAllTextAsync(settings, """
            {
              // the first profile of kind Project counts
              "profiles": {
                "IIS": { "commandName": "IISExpress" },
                "http": { "commandName": "Project", "applicationUrl": "http://localhost:6401", "environmentVariables": { "ASPNETCORE_ENVIRONMENT": "Staging", "A": "profile" } },
              }
            }
            """);
        var thing = _builder.AddResource(new ProjectResource("thing"));
        LaunchProfile.Find(project, new ProjectResourceOptions(), _builder.Configuration)!.ApplyTo(thing);
        thing.WithEnvironment("A", "model");

        var variables = await OfAsync(thing);

        Assert.Equal("http://127.0.0.1:6401", variables["ASPNETCORE_URLS"]);
        Assert.Equal("Staging", variables["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal("model", variables["A"]);
        Assert.Equal("http", variables["DOTNET_LAUNCH_PROFILE"]);
        Assert.Null(LaunchProfile.Find(project, new ProjectResourceOptions { ExcludeLaunchProfile = true }, _builder.Configuration));
        Assert.Throws<DistributedApplicationException>(() =>
            LaunchProfile.Find(project, new ProjectResourceOptions { LaunchProfileName = "https" }, _builder.Configuration));
    }

    private IResourceBuilder<ProjectResource> Sample(string name) => _builder.AddProject<Projects.Sample>(name).WithHttpEndpoint();

    private void Allocate()
    {
        using var ports = new PortReservation(_builder.State(), _builder.Configuration);
        ports.Allocate(_builder.Resources);
    }

    private async Task<IReadOnlyDictionary<string, string>> OfAsync(IResourceBuilder<ProjectResource> resource, int replica = 0)
    {
        Allocate();
        return await ProcessEnvironment.OfAsync(resource.Resource, replica, _host, _builder.ExecutionContext, default);
    }
}
