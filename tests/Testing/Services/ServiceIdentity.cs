using System.Reflection;
using System.Text.RegularExpressions;

namespace AiTeams.Testing;

/// <summary>One service's names, all derived from its project's: WorkflowEngine, workflow-engine, workflow_engine_service.</summary>
internal sealed partial record ServiceIdentity(string Project)
{
    private const string AssemblyPrefix = "AiTeams.";

    public string Name => WordStart().Replace(Project, "-$0").ToLowerInvariant();

    public string Role => $"{Name.Replace('-', '_')}_service";

    /// <summary>Where the build puts it: beside the output of the test project that refers to it.</summary>
    public string OutputFolder
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(own.Parent!.Parent!.FullName, Project, own.Name);
        }
    }

    public static ServiceIdentity Of(Assembly assembly) => new(assembly.GetName().Name![AssemblyPrefix.Length..]);

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex WordStart();
}
