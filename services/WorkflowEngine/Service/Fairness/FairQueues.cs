namespace AiTeams.WorkflowEngine.Fairness;

/// <summary>
/// The two places where executions of different users compete: being started and calling the outside. What lies between is computed in
/// one go and written with everybody else's. Configuration below <c>WorkflowEngine:Limits</c>.
/// </summary>
internal sealed class FairQueues(IConfiguration configuration)
{
    private const int MostWaiting = 20_000;

    private readonly int _mostWaiting = configuration.GetValue("WorkflowEngine:Limits:Waiting", MostWaiting);

    /// <summary>Starts on their way to the disk. Few of one user at a time keep the writer's queue short for the next user.</summary>
    public FairQueue Starts { get; } = new(FairLimits.From(configuration.GetSection("WorkflowEngine:Limits:Starts"), new(1_024, 256, 256)));

    /// <summary>Calls that are being made. One that waits here is RUNNING on disk, and is simply made later, by this engine or another.</summary>
    public FairQueue Calls { get; } = new(FairLimits.From(configuration.GetSection("WorkflowEngine:Limits:Calls"), new(1_024, 256, 128)));

    /// <summary>So much waits in memory that new work is better refused.</summary>
    public bool AreFull => Starts.Waiting + Calls.Waiting > _mostWaiting;
}
