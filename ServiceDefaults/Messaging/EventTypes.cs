using AiTeams.Contracts.Events;

namespace AiTeams.ServiceDefaults.Messaging;

/// <summary>The name under which an event is stored. Only event records of the contracts have one: a stored name never loads another type.</summary>
internal static class EventTypes
{
    private const string Namespace = "AiTeams.Contracts.Events.";

    public static string NameOf(Type type) =>
        Resolve(type.FullName ?? "") == type
            ? type.FullName![Namespace.Length..]
            : throw new ArgumentException($"{type} is not an event: events are the public records in {Namespace[..^1]}.", nameof(type));

    /// <returns>Null for a name this version of the service does not know.</returns>
    public static Type? Find(string name) => Resolve(Namespace + name);

    private static Type? Resolve(string fullName) =>
        fullName.StartsWith(Namespace, StringComparison.Ordinal)
        && typeof(ExecutionFinished).Assembly.GetType(fullName) is { IsPublic: true, IsAbstract: false } type ? type : null;
}
