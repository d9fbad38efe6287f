using System.Reflection;

namespace AiTeams.WorkflowEngine.Sandbox;

/// <summary>Where the sandbox's program and the runtime for it are.</summary>
internal static class SandboxLocation
{
    private const string Assembly = "AiTeams.WorkflowEngine.Sandbox.dll";

    /// <summary>A published engine has it in a folder beside itself; one run from its sources where the build put it.</summary>
    public static string? FindProgram(SandboxOptions options) => new[]
    {
        options.Path,
        Path.Combine(AppContext.BaseDirectory, "sandbox", Assembly),
        typeof(SandboxLocation).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(about => about.Key == "Sandbox")?.Value,
    }.FirstOrDefault(File.Exists);

    /// <summary>The <c>dotnet</c> this process runs on: three folders above its base library.</summary>
    public static string FindRuntime()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var host = Path.GetFullPath(Path.Combine(framework, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(host) ? host : "dotnet";
    }
}
