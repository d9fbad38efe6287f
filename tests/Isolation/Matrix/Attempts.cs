using Npgsql;

namespace AiTeams.Isolation.Tests.Matrix;

internal static class Attempts
{
    /// <summary>Tries the cells in the connection's transaction and returns what went otherwise than it should.</summary>
    public static async Task<IReadOnlyList<string>> WrongAsync(this NpgsqlConnection connection, IEnumerable<Cell> cells)
    {
        // First who has never had claims: once there were some, their absence reads otherwise.
        var tried = cells.OrderBy(cell => cell.Actor.Claims is not null)
            .SelectMany(cell => cell.Twin is null ? new[] { (Cell: cell, cell.Statement) } : [(cell, cell.Statement), (cell, cell.Twin)]).ToList();
        var outcomes = await connection.LinesAsync(
            "SELECT isolation.attempt(actor, claims, verb, statement, relation) FROM unnest($1, $2, $3, $4, $5::oid[]) t (actor, claims, verb, statement, relation)",
            tried.Select(one => one.Cell.Actor.Role).ToArray(), tried.Select(one => one.Cell.Actor.Claims).ToArray(),
            tried.Select(one => one.Cell.Verb).ToArray(), tried.Select(one => one.Statement).ToArray(), tried.Select(one => one.Cell.Table.Oid).ToArray());
        return [.. tried.Zip(outcomes).GroupBy(pair => pair.First.Cell, pair => pair.Second, (IEqualityComparer<Cell>)ReferenceEqualityComparer.Instance)
            .Select(group => group.Key.Judge(group.First(), group.Skip(1).FirstOrDefault())).OfType<string>()];
    }
}
