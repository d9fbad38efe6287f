namespace AiTeams.Isolation.Tests.Matrix;

/// <summary>Somebody who tries: a role, and the claims that the transaction carries.</summary>
/// <param name="Caller">Whose rows are "own": a user's id, or the name of the service.</param>
/// <param name="Claims">null: never set on this connection.</param>
public sealed record Actor(string Name, string Role, string? Claims, string? Caller)
{
    public const string Authenticated = "authenticated";

    public const string Anonymous = "anon";

    public const string Owner = "aiteams_owner";

    private const string Service = "_service";

    /// <summary>Claims that are no claims make auth.uid() fail instead of answering; nothing is seen either way.</summary>
    public bool IsGarbled { get; private init; }

    public bool IsService => Role.EndsWith(Service, StringComparison.Ordinal);

    public static IReadOnlyList<Actor> All(IEnumerable<string> services, string user) =>
    [
        new("user", Authenticated, Of(user), user),
        // First among those without: a setting that was never made is null, one that has been undone is ''.
        new("authenticated, no claims", Authenticated, null, null),
        new("authenticated, claims ''", Authenticated, "", null),
        new("authenticated, claims {}", Authenticated, "{}", null),
        new("authenticated, no subject", Authenticated, """{"sub": "", "role": "authenticated"}""", null),
        new("authenticated, subject null", Authenticated, """{"sub": null}""", null),
        new("authenticated, nobody's id", Authenticated, Of($"{Guid.NewGuid()}"), null),
        new("authenticated, subject no id", Authenticated, Of("x' OR true --"), null) { IsGarbled = true },
        new("authenticated, claims no JSON", Authenticated, "garbage", null) { IsGarbled = true },
        new("authenticated, claims a list", Authenticated, "[1]", null) { IsGarbled = true },
        new("authenticated as a service", Authenticated, """{"role": "service_role"}""", null),
        new("anon", Anonymous, "", null),
        new("anon with a user's claims", Anonymous, Of(user), user),
        .. services.SelectMany(service => new Actor[] { new(service, service, "", null), new($"{service} for the user", service, Of(user), user) }),
        new("owner", Owner, "", null),
        new("owner with a user's claims", Owner, Of(user), user),
    ];

    public bool Owns(string owner) => owner == Caller || owner == Role;

    private static string Of(string user) => $$"""{"sub": "{{user}}", "role": "authenticated"}""";

    public override string ToString() => Name;
}
