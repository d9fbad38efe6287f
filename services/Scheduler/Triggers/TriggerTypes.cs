namespace AiTeams.Scheduler.Triggers;

/// <summary>The kinds of trigger there are, by subtype.</summary>
internal sealed class TriggerTypes(IEnumerable<TriggerType> types)
{
    private readonly Dictionary<string, TriggerType> _bySubtype = types.ToDictionary(type => type.Subtype, StringComparer.Ordinal);

    public TriggerType? Find(string subtype) => _bySubtype.GetValueOrDefault(subtype);
}
