using System.Collections;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace AiTeams.LocalHosting;

/// <summary>What a started process is told: little of what the host inherited, its endpoints, and what the model says.</summary>
internal static class ProcessEnvironment
{
    private static readonly HashSet<string> Inherited = new(StringComparer.Ordinal)
    {
        "PATH", "HOME", "LANG", "LC_ALL", "USER", "LOGNAME", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR",
    };

    /// <summary>The variables of the host that its children share. The launch profile is the host's own.</summary>
    public static Dictionary<string, string> Base(IDictionary host)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in host)
        {
            var name = (string)entry.Key;
            if (Inherited.Contains(name) || (name.StartsWith("DOTNET_", StringComparison.Ordinal) && name != "DOTNET_LAUNCH_PROFILE"))
            {
                variables[name] = (string?)entry.Value ?? "";
            }
        }

        return variables;
    }

    public static async Task<IReadOnlyDictionary<string, string>> OfAsync(
        IResource resource, int replica, IDictionary host, DistributedApplicationExecutionContext execution, CancellationToken cancellationToken)
    {
        var variables = Base(host).ToDictionary(entry => entry.Key, entry => (object)entry.Value);
        AddTelemetry(variables, resource, replica, host);
        AddEndpoints(variables, resource, replica);
        var context = new EnvironmentCallbackContext(execution, resource, variables, cancellationToken);
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
        {
            await callback.Callback(context);
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in variables)
        {
            texts[name] = await TextOfAsync(value, $"the variable {name} of {resource.Name}", cancellationToken);
        }

        return texts;
    }

    public static async Task<string[]> ArgumentsOfAsync(IResource resource, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], resource, cancellationToken);
        foreach (var callback in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
        {
            await callback.Callback(context);
        }

        var texts = new List<string>();
        foreach (var argument in context.Args)
        {
            texts.Add(await TextOfAsync(argument, $"an argument of {resource.Name}", cancellationToken));
        }

        return [.. texts];
    }

    private static async ValueTask<string> TextOfAsync(object value, string what, CancellationToken cancellationToken) => value switch
    {
        string text => text,
        IValueProvider provider => await provider.GetValueAsync(cancellationToken) ?? "",
        IResourceBuilder<IResource> { Resource: IValueProvider provider } => await provider.GetValueAsync(cancellationToken) ?? "",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new DistributedApplicationException($"Nobody knows how to write {what} as text: it is a {value.GetType()}."),
    };

    // Sent on only where somebody listens; a second is soon enough for a person who watches.
    private static void AddTelemetry(Dictionary<string, object> variables, IResource resource, int replica, IDictionary host)
    {
        if (host["OTEL_EXPORTER_OTLP_ENDPOINT"] is null or "")
        {
            return;
        }

        foreach (var name in new[] { "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_METRIC_EXPORT_INTERVAL" })
        {
            variables[name] = "1000";
        }

        foreach (var name in host.Keys.Cast<string>().Where(name => name.StartsWith("OTEL_", StringComparison.Ordinal)))
        {
            variables[name] = (string?)host[name] ?? "";
        }

        var instance = string.Create(CultureInfo.InvariantCulture, $"service.instance.id={resource.Name}-{replica}");
        variables["OTEL_SERVICE_NAME"] = resource.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = host["OTEL_RESOURCE_ATTRIBUTES"] is string { Length: > 0 } more ? $"{more},{instance}" : instance;
    }

    private static void AddEndpoints(Dictionary<string, object> variables, IResource resource, int replica)
    {
        var urls = new List<string>();
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var port = endpoint.ReplicaPorts[replica].ToString(CultureInfo.InvariantCulture);
            if (endpoint.PortVariable is { } variable)
            {
                variables[variable] = port;
            }
            else if (endpoint.UriScheme == "http")
            {
                urls.Add($"http://{endpoint.TargetHost}:{port}");
            }
        }

        if (resource is ProjectResource && urls.Count > 0)
        {
            variables["ASPNETCORE_URLS"] = string.Join(';', urls);
        }
    }
}
