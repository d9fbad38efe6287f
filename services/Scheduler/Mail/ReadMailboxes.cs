using Npgsql;

namespace AiTeams.Scheduler.Mail;

/// <summary>Looks into the mailboxes that are due. Any number of schedulers do: a claim is a lease, and each mailbox is with one of them.</summary>
internal sealed partial class ReadMailboxes(NpgsqlDataSource database, LookIntoMailbox look, TimeProvider clock, ILogger<ReadMailboxes> logger) : BackgroundService
{
    private const int Batch = 16;
    private const int AtOnce = 4;
    private static readonly TimeSpan Sleep = TimeSpan.FromSeconds(1);

    /// <summary>Looks into one batch and returns how many mailboxes were due.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await MailboxRows.ClaimAsync(database, Batch, cancellationToken);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (mailbox, token) =>
        {
            try
            {
                await MailboxRows.RememberAsync(database, await look.HandleAsync(mailbox, token), token);
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex, mailbox.Trigger.WorkflowId, mailbox.Trigger.NodeId);        // its lease runs out and it is looked into again
            }
        });
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
                    await Task.Delay(Sleep, clock, stoppingToken);
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogRoundFailed(ex);                       // a failed round must not end the duty
                await Task.Delay(Sleep, clock, stoppingToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The mailbox of {WorkflowId} {NodeId} could not be dealt with; it is tried again")]
    private partial void LogFailed(Exception exception, Guid workflowId, string nodeId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Due mailboxes could not be looked into; the next round tries again")]
    private partial void LogRoundFailed(Exception exception);
}
