using System.Diagnostics;

namespace AiTeams.ServiceDefaults.Telemetry;

internal static class AiTeamsSource
{
    public static readonly ActivitySource Messaging = new("AiTeams.Messaging");
}
