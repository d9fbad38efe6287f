using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>What lies on a node's ports.</summary>
internal static class Ports
{
    /// <summary>The payload on a port; Missing when the port carries nothing.</summary>
    public static JsonData On(NodeSpec spec, JsonData outputs, string port)
    {
        var direct = outputs[port];
        if (!direct.IsNull)
        {
            return direct;
        }

        if (spec.Port(port) is not { Source: { } source } derived)
        {
            return default;
        }

        var result = outputs[ConnectionDefinition.DefaultOutputKey];
        var payload = source.Length == 0 ? result : result[source];
        return payload.IsNull || (derived.OnlyWhenNotEmpty && payload.Count == 0) ? default : payload;
    }

    /// <summary>The outputs with the ports that are derived from others, for reading in expressions.</summary>
    public static JsonData Expand(NodeSpec spec, JsonData outputs)
    {
        JsonObjectBuilder? expanded = null;
        foreach (var port in spec.Ports)
        {
            if (port.Source is not null && On(spec, outputs, port.Name) is { IsMissing: false } payload)
            {
                expanded ??= new JsonObjectBuilder(outputs.Count + spec.Ports.Count).SetAll(outputs);
                expanded.Set(port.Name, payload);
            }
        }

        return expanded?.Build() ?? outputs;
    }
}
