namespace AiTeams.WorkflowEngine.Sandbox;

/// <summary>Limits of JavaScript, section <c>Sandbox</c> of the configuration.</summary>
internal sealed class SandboxOptions
{
    /// <summary>How many runs may go on at once, each in a process of its own.</summary>
    public int Processes { get; set; } = 2;

    /// <summary>A process is replaced after so many runs.</summary>
    public int RunsPerProcess { get; set; } = 500;

    /// <summary>Of a run. Twice as much ends the process.</summary>
    public int HeapMegabytes { get; set; } = 64;

    /// <summary>How long after its time a run may take to say that it was interrupted, before its process is killed.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a process may take to be ready.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Of code and data together, in characters.</summary>
    public int MaxInputCharacters { get; set; } = 8 * 1024 * 1024;

    public int MaxOutputCharacters { get; set; } = 8 * 1024 * 1024;

    /// <summary>Run code also where the kernel cannot lock the process in: only for developing on such a machine.</summary>
    public bool AllowUnconfined { get; set; }

    /// <summary>The sandbox's assembly; found beside the engine when it is not said.</summary>
    public string? Path { get; set; }
}
