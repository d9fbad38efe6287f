namespace AiTeams.ServiceDefaults.Hosting;

/// <summary>What this service is called in resources, traces and service tokens: "workflow-engine".</summary>
public sealed record ServiceName(string Value);
