using AiTeams.LocalHosting;

namespace AiTeams.AppHost.Tests.Model;

public sealed class ModelTests : IDisposable
{
    private readonly string _folder = TestFolder.New();
    private readonly IDistributedApplicationBuilder _builder;

    public ModelTests() => _builder = NewBuilder();

    public void Dispose() => TestFolder.Delete(_folder);

    [Fact]
    public void A_generated_secret_is_kept_where_only_its_owner_reads_it()
    {
        var made = Secret(NewBuilder());
        Assert.Equal(32, made.Length);
        Assert.Equal(made, Secret(NewBuilder()));
        Assert.Equal("from-outside", Secret(NewBuilder("--Parameters:token=from-outside")));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "secrets.json")));
        }

        static string Secret(IDistributedApplicationBuilder builder) =>
            builder.AddParameter("token", new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true, persist: true).Resource.Current;
    }

    [Fact]
    public async Task A_parameter_without_a_value_stops_the_start_and_says_which()
    {
        _builder.AddParameter("llm-key", secret: true);
        await using var application = _builder.Build();
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => application.StartAsync());
        Assert.Contains("Parameters__llm_key", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resources_that_wait_for_each_other_are_refused()
    {
        var first = _builder.AddProject<Projects.Sample>("first");
        var second = _builder.AddProject<Projects.Sample>("second").WaitFor(first);
        first.WaitFor(second);
        Assert.Contains("first → second → first", Assert.Throws<DistributedApplicationException>(_builder.Build).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two--hyphens")]
    [InlineData("hyphen-")]
    [InlineData("1st")]
    [InlineData("under_score")]
    [InlineData("")]
    public void A_name_official_Aspire_would_not_take_is_refused(string name) =>
        Assert.Throws<DistributedApplicationException>(() => _builder.AddProject<Projects.Sample>(name));

    [Fact]
    public void Names_and_endpoints_are_given_once()
    {
        var web = _builder.AddProject<Projects.Sample>("web").WithHttpEndpoint();
        Assert.Throws<DistributedApplicationException>(() => _builder.AddProject<Projects.Sample>("Web"));
        Assert.Throws<DistributedApplicationException>(() => web.WithHttpEndpoint());
    }

    [Fact]
    public void What_only_official_Aspire_can_do_is_refused_by_naming_it()
    {
        _builder.AddRedis("one");
        _builder.AddRedis("two");
        Assert.Contains("AppHostEngine=aspire", Assert.Throws<DistributedApplicationException>(_builder.Build).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Needed_resources_stop_last_even_where_references_are_mutual()
    {
        var redis = _builder.AddRedis("redis");
        var a = _builder.AddProject<Projects.Sample>("a").WithHttpEndpoint().WaitFor(redis);
        var b = _builder.AddProject<Projects.Sample>("b").WithHttpEndpoint().WithReference(a);
        a.WithReference(b);
        _builder.AddProject<Projects.Sample>("web").WithReference(a).WithReference(b);

        var order = StopOrder.Of(_builder.Resources).SelectMany(group => group).Select(resource => resource.Name).ToList();

        Assert.Equal("web", order[0]);
        Assert.True(order.IndexOf("a") < order.IndexOf("redis"));
    }

    [Fact]
    public void Ports_stay_the_same_from_start_to_start_and_can_be_chosen()
    {
        var first = PortOf(NewBuilder());
        Assert.Equal(first, PortOf(NewBuilder()));
        Assert.Equal(6501, PortOf(NewBuilder("--LocalHosting:Ports:web=6501")));

        static int PortOf(IDistributedApplicationBuilder builder)
        {
            var web = builder.AddProject<Projects.Sample>("web").WithHttpEndpoint();
            using (var ports = new PortReservation(builder.State(), builder.Configuration))
            {
                ports.Allocate(builder.Resources);
            }

            return web.GetEndpoint("http").Port;
        }
    }

    [Fact]
    public void A_fixed_port_that_is_taken_is_named_with_the_way_out()
    {
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        var port = ((System.Net.IPEndPoint)other.LocalEndpoint).Port;
        _builder.AddProject<Projects.Sample>("web").WithHttpEndpoint(port: port);
        using var ports = new PortReservation(_builder.State(), _builder.Configuration);
        var refusal = Assert.Throws<DistributedApplicationException>(() => ports.Allocate(_builder.Resources));
        Assert.Contains($"Port {port} on 127.0.0.1", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("LocalHosting__Ports__web", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operator_is_given_the_database_as_the_role_that_sees_only_what_it_may()
    {
        var builder = NewBuilder("--LocalHosting:PostgresRole=web_service", "--Parameters:pg=admin!", "--Parameters:web-service-password=w");
        var postgres = builder.AddPostgres("postgres", password: builder.AddParameter("pg"), port: 6601);
        postgres.AddDatabase("main");
        builder.AddParameter("web-service-password");
        using (var ports = new PortReservation(builder.State(), builder.Configuration))
        {
            ports.Allocate(builder.Resources);
        }

        await EndpointsFile.WriteAsync(builder.State(), [.. builder.Resources], builder.Configuration, default);

        using var written = System.Text.Json.JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(_folder, "endpoints.json")));
        Assert.Equal("postgresql://web_service:w@127.0.0.1:6601/main", written.RootElement.GetProperty("postgres_uri").GetString());
        Assert.Equal("postgresql://postgres:admin%21@127.0.0.1:6601/main", written.RootElement.GetProperty("postgres_admin_uri").GetString());
    }

    private IDistributedApplicationBuilder NewBuilder(params string[] settings) =>
        DistributedApplication.CreateBuilder([$"--LocalHosting:StateDirectory={_folder}", .. settings]);
}
