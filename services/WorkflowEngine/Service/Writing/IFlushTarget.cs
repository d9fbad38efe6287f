namespace AiTeams.WorkflowEngine.Writing;

/// <summary>
/// Where a flush goes: Postgres, or a store that loses connections on purpose. It says what happened with the exceptions of Npgsql, for
/// the writer tells by them an outage from a fence and from a unit that cannot be stored.
/// </summary>
internal interface IFlushTarget
{
    /// <summary>Completes when this engine may write: its instance is known.</summary>
    Task ReadyAsync(CancellationToken cancellationToken);

    /// <summary>Makes all units true or none. Gives the execution ids of those starts among them that are on disk now.</summary>
    /// <param name="number">Counts this engine's flushes. One that was tried before and may have been committed comes again with the number it had,
    /// and is written once: whoever has gone on from it since finds nothing turned back.</param>
    /// <param name="units">In the order in which they were decided.</param>
    /// <param name="cancellationToken">Ends the wait for a connection, not the flush.</param>
    /// <exception cref="Npgsql.PostgresException">SQLSTATE AT001: this engine was declared dead. Another: a unit cannot be stored.</exception>
    /// <exception cref="Npgsql.NpgsqlException">The database could not be asked, or did not answer: it may have committed.</exception>
    Task<IReadOnlySet<string>> FlushAsync(long number, IReadOnlyList<WriteUnit> units, CancellationToken cancellationToken);
}
