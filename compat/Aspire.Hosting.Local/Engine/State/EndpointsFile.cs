using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace AiTeams.LocalHosting;

/// <summary>The addresses of a healthy system, for scripts and tests; the file exists only while the system runs.</summary>
internal static class EndpointsFile
{
    public static async Task WriteAsync(
        LocalState state, IReadOnlyCollection<IResource> resources, IConfiguration configuration, CancellationToken cancellationToken)
    {
        var addresses = new Dictionary<string, string?>();
        foreach (var resource in resources)
        {
            var key = resource.Name.Replace('-', '_');
            switch (resource)
            {
                case ProjectResource or ExecutableResource when UrlOf(resource) is { } url:
                    addresses[key] = url;
                    break;
                case PostgresServerResource postgres:
                    await AddPostgresAsync(addresses, key, postgres, resources, configuration, cancellationToken);
                    break;
                case RabbitMQServerResource rabbit:
                    addresses[$"{key}_uri"] = await rabbit.UriExpression.GetValueAsync(cancellationToken);
                    break;
                case RedisResource redis:
                    addresses[key] = await redis.ConnectionStringExpression.GetValueAsync(cancellationToken);
                    break;
                default:
                    break;
            }
        }

        PrivateFile.Write(state.EndpointsFile, addresses);
    }

    public static string? UrlOf(IResource resource) =>
        resource is IResourceWithEndpoints owner && new EndpointReference(owner, "http") is { IsAllocated: true } endpoint ? endpoint.Url : null;

    // postgres_uri is for looking, as a role that row-level security binds (LocalHosting:PostgresRole; its password is the parameter
    // <role>-password); postgres_admin_uri is the superuser.
    private static async Task AddPostgresAsync(
        Dictionary<string, string?> addresses,
        string key,
        PostgresServerResource server,
        IEnumerable<IResource> resources,
        IConfiguration configuration,
        CancellationToken cancellationToken)
    {
        var database = resources.OfType<PostgresDatabaseResource>().FirstOrDefault(candidate => candidate.Parent == server);
        var admin = await (database?.UriExpression ?? server.UriExpression).GetValueAsync(cancellationToken);
        var role = configuration["LocalHosting:PostgresRole"];
        var password = resources.OfType<ParameterResource>().FirstOrDefault(parameter => parameter.Name == $"{role?.Replace('_', '-')}-password");
        addresses[$"{key}_uri"] = password is null
            ? admin
            : $"postgresql://{role}:{Uri.EscapeDataString(password.Current)}@{server.PrimaryEndpoint.Host}:{server.PrimaryEndpoint.Port}/{database?.DatabaseName}";
        addresses[$"{key}_admin_uri"] = admin;
    }
}
