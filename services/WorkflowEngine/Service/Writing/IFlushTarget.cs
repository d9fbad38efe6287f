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
    /// <param name="isRepeat">The flush has been tried before and may have been committed. What it wrote then may have passed to another owner since:
    /// an execution that was put to sleep is woken by whoever looks first. Units of such executions are done and must not be written again.</param>
    /// <exception cref="Npgsql.PostgresException">SQLSTATE AT001: this engine was declared dead. Another: a unit cannot be stored.</exception>
    /// <exception cref="Npgsql.NpgsqlException">The database could not be asked, or did not answer: it may have committed.</exception>
    Task<IReadOnlySet<string>> FlushAsync(IReadOnlyList<WriteUnit> units, bool isRepeat, CancellationToken cancellationToken);
}
