using System.Collections.Frozen;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>How much of a run goes into its log, and how grave a line is. Debug adds what each node got and gave.</summary>
public enum LogLevel
{
    Debug,
    Info,
    Warning,
    Error,
}

public static class LogLevels
{
    public static FrozenDictionary<string, LogLevel> FromWire { get; } = new Dictionary<string, LogLevel>
    {
        ["DEBUG"] = LogLevel.Debug,
        ["INFO"] = LogLevel.Info,
        ["WARNING"] = LogLevel.Warning,
        ["ERROR"] = LogLevel.Error,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static string ToWire(this LogLevel level) => level switch
    {
        LogLevel.Debug => "DEBUG",
        LogLevel.Info => "INFO",
        LogLevel.Warning => "WARNING",
        LogLevel.Error => "ERROR",
    };
}
