namespace AiTeams.WorkflowEngine.Fairness;

/// <summary>How many may be under way at once in this process: altogether, of one user, of one workflow.</summary>
internal sealed record FairLimits(int PerProcess, int PerUser, int PerWorkflow)
{
    /// <summary>From PerProcess, PerUser and PerWorkflow below <paramref name="section"/>; what is not there is as in <paramref name="otherwise"/>.</summary>
    /// <exception cref="InvalidOperationException">One of them is below 1: nothing would ever get through.</exception>
    public static FairLimits From(IConfigurationSection section, FairLimits otherwise)
    {
        return new(
            Read(nameof(PerProcess), otherwise.PerProcess), Read(nameof(PerUser), otherwise.PerUser), Read(nameof(PerWorkflow), otherwise.PerWorkflow));

        int Read(string name, int value) => section.GetValue(name, value) is var limit and >= 1
            ? limit
            : throw new InvalidOperationException($"{section.Path}:{name} must be at least 1.");
    }
}
