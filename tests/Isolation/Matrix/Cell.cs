using AiTeams.Isolation.Tests.Catalogue;

namespace AiTeams.Isolation.Tests.Matrix;

/// <summary>One attempt: who tries what, and what may come of it.</summary>
/// <param name="Verb">How isolation.attempt judges it.</param>
/// <param name="What">For the reader.</param>
/// <param name="Accepted">The outcomes that are right; one of them, or what the documentation leaves open.</param>
/// <param name="Twin">Tried as well, and must end in the same words: it would otherwise tell the two apart.</param>
public sealed record Cell(Table Table, Actor Actor, string Verb, string What, string Statement, IReadOnlyList<string> Accepted, string? Twin = null)
{
    /// <summary>How many answers it gives: one for each owner whose rows it may or may not reach.</summary>
    public int Answers { get; init; } = 1;

    public string? Judge(string outcome, string? twin)
    {
        if (Twin is not null && outcome != twin)
        {
            return $"{this}: '{outcome}', but '{twin}' for what is not there";
        }

        var judged = Twin is null ? outcome : outcome.Split(' ')[0];
        return Accepted.Contains(judged) ? null : $"{this}: {Say(judged)}, expected {string.Join(" or ", Accepted.Select(Say))}";
    }

    public override string ToString() => $"{Table} | {Actor} | {What}";

    private static string Say(string outcome) => outcome.Length == 0 ? "nothing" : outcome;
}
