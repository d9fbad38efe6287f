using AiTeams.Isolation.Tests.Catalogue;

namespace AiTeams.Isolation.Tests.Mutation;

/// <summary>Something taken away from a table's protection, or added to what is granted: the matrix must notice.</summary>
/// <param name="Roles">Whom it concerns: they try first, and everybody else only if they notice nothing.</param>
/// <param name="IsAboutWhose">false: the expression taken away compares no owner. It says when a row may change, which is no isolation.</param>
public sealed record Mutant(Table Table, string Statement, IReadOnlyList<string> Roles, bool IsAboutWhose = true)
{
    public override string ToString() => Statement;
}
