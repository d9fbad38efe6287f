using AiTeams.HumanInTheLoop.Asking;
using AiTeams.HumanInTheLoop.Deciding;
using AiTeams.ServiceDefaults.Database;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Deadlines;

/// <summary>
/// Ends what nobody has answered in time, by the database's clock, or passes it on to others. It touches only rows whose time is up, and any number of
/// services pass each other (domain section 6.7).
/// </summary>
internal sealed partial class ExpireInteractions(NpgsqlDataSource database, InteractionGate gate, TimeProvider clock, ILogger<ExpireInteractions> logger)
    : BackgroundService
{
    private const int Batch = 100;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);

    private const string Due = $"SELECT {Interaction.Columns}, clock_timestamp() FROM get_expired_hil_interactions($1, clock_timestamp()) h";

    // A second warning for those who are asked now; half a minute is no time to remind anybody.
    private const string PassOn = """
        UPDATE human_interactions SET timeout_action = $2, timeout_at = $3, warning_sent_at = NULL,
            remind_at = CASE WHEN $3 - interval '15 minutes' > clock_timestamp() THEN $3 - interval '15 minutes' END
        WHERE id = $1 AND status = 'pending'
        """;

    private const string Assign = """
        INSERT INTO hil_assignees (interaction_id, user_id) SELECT $1, u FROM unnest($2::uuid[]) u ON CONFLICT ON CONSTRAINT hil_assignees_user_key DO NOTHING
        """;

    /// <summary>Ends or passes on one batch and returns how many rows were due.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var due = new List<(Interaction Interaction, DateTimeOffset Now)>();
        await using (var batch = connection.CreateBatch())
        {
            batch.BatchCommands.Add(Statement.Of(Due, Statement.Integer(Batch)));
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                due.Add((Interaction.Read(reader), reader.GetFieldValue<DateTimeOffset>(Interaction.ColumnCount)));
            }
        }

        foreach (var (interaction, now) in due)
        {
            if (interaction is { TimeoutAction: "escalate", Question.Escalation: { } escalation })
            {
                await PassOnAsync(connection, interaction, escalation, cancellationToken);
            }
            else
            {
                await gate.EndAsync(connection, interaction, Verdict.TimedOut(interaction, now), now, cancellationToken);
            }
        }

        if (due.Count > 0)
        {
            await transaction.CommitAsync(cancellationToken);
            gate.Announce();
        }

        return due.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) == 0)
                {
                    await Task.Delay(LongestSleep, clock, stoppingToken);
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);                            // a failed round must not end the duty
                await Task.Delay(LongestSleep, clock, stoppingToken);
            }
        }
    }

    private static async Task PassOnAsync(
        NpgsqlConnection connection, Interaction interaction, Questions.Escalation escalation, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(PassOn, Statement.Uuid(interaction.Id), Statement.Text(escalation.Then), Statement.Moment(escalation.Until)));
        batch.BatchCommands.Add(Statement.Of(
            Assign, Statement.Uuid(interaction.Id),
            new NpgsqlParameter { Value = escalation.To.Select(name => Guid.TryParse(name, out var user) ? user : Guid.Empty).Where(user => user != Guid.Empty).ToArray() }));
        batch.BatchCommands.Add(DeliveryRows.To(Recipients.Of(escalation, interaction.Question), interaction.Id, interaction.UserId, "escalated"));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Interactions whose time is up could not be ended; the next round tries again")]
    private partial void LogFailed(Exception exception);
}
