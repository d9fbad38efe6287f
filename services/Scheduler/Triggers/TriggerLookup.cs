using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Database;
using Npgsql;

namespace AiTeams.Scheduler.Triggers;

/// <summary>Which triggers listen to something. Asked of the database each time, so that nothing fires after it was undeployed or paused.</summary>
internal sealed class TriggerLookup(NpgsqlDataSource database)
{
    private static readonly string Sql = NamedQuery.Read("trigger_lookup.sql");

    /// <summary>All active triggers of a subtype under a key, whosever they are.</summary>
    public async Task<IReadOnlyList<DeployedTrigger>> FindAsync(string subtype, string indexKey, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Sql, Statement.Text(subtype), Statement.Text(indexKey)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var found = new List<DeployedTrigger>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new DeployedTrigger(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetInt32(4), subtype, indexKey,
                JsonNode.Parse(reader.GetString(3)) as JsonObject ?? []));
        }

        return found;
    }
}
