using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

/// <summary>
/// Two users whose deployed workflow has been triggered and waits for a person: one row in every table around that. Each test works in a
/// transaction that it never commits, so the class shares one database.
/// </summary>
public sealed class WaitingUsers : IAsyncLifetime
{
    /// <summary>Every table below that has a user_id.</summary>
    public static readonly IReadOnlyList<string> OwnedTables =
    [
        "trigger_index", "workflow_triggers", "workflow_deployment_history", "workflow_execution_pauses", "validation_logs", "human_interactions",
        "hil_responses",
    ];

    private const string Fill = """
        INSERT INTO trigger_index (workflow_id, user_id, node_id, trigger_type, trigger_subtype, index_key)
        VALUES ('{workflow}', '{user}', 'start', 'TRIGGER', 'WEBHOOK', '/webhook/{workflow}');
        INSERT INTO workflow_triggers (workflow_id, user_id, node_id, trigger_type) VALUES ('{workflow}', '{user}', 'start', 'WEBHOOK');
        INSERT INTO workflow_deployment_history (workflow_id, user_id, deployment_action, from_status, to_status, deployment_version, triggered_by)
        VALUES ('{workflow}', '{user}', 'DEPLOY_STARTED', 'UNDEPLOYED', 'DEPLOYING', 1, '{user}');
        INSERT INTO workflow_execution_pauses (execution_id, user_id, paused_at, paused_node_id, pause_reason, resume_conditions)
        VALUES ('{execution}', '{user}', now(), 'ask', 'human_interaction', '{}');
        INSERT INTO validation_logs (workflow_id, user_id, validation_type, is_valid) VALUES ('{workflow}', '{user}', 'workflow', true);
        INSERT INTO human_interactions (id, workflow_id, user_id, execution_id, node_id, interaction_type, channel_type, request_data, timeout_at)
        VALUES ('{interaction}', '{workflow}', '{user}', '{execution}', 'ask', 'approval', 'email', '{}', '2100-01-01 12:00Z');
        INSERT INTO hil_responses (workflow_id, user_id, source_channel, raw_payload, status, matched_interaction_id)
        VALUES ('{workflow}', '{user}', 'email', '{}', 'matched', '{interaction}');
        INSERT INTO hil_tokens (interaction_id, token_hash, expires_at) VALUES ('{interaction}', sha256('{interaction}'), '2100-01-01 12:00Z');
        """;

    public TestDatabase Database { get; private set; } = null!;

    public Waiting Owner { get; private set; } = null!;

    public Waiting Other { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        Owner = await AddAsync();
        Other = await AddAsync();
    }

    public async Task DisposeAsync() => await Database.DisposeAsync();

    private async Task<Waiting> AddAsync()
    {
        var (userId, workflowId) = await Tables.FillAsync(Database);
        await using var administrator = await Database.OpenAdministratorAsync();
        var executionId = await administrator.ScalarAsync<Guid>("SELECT id FROM workflow_executions WHERE workflow_id = $1", workflowId);
        var waiting = new Waiting(userId, workflowId, executionId, Guid.CreateVersion7());
        await administrator.ExecuteAsync(waiting.In(Fill));
        return waiting;
    }
}

/// <summary>The ids of one of them.</summary>
public sealed record Waiting(Guid UserId, Guid WorkflowId, Guid ExecutionId, Guid InteractionId)
{
    /// <summary>
    /// The statement with this user's ids in the places of {user}, {workflow}, {execution} and {interaction}, and another's in those of
    /// {other user} and so on.
    /// </summary>
    public string In(string sql, Waiting? other = null) => Fill(other is null ? sql : other.Fill(sql, "other "), "");

    private string Fill(string sql, string whose) => sql
        .Replace($"{{{whose}user}}", $"{UserId}", StringComparison.Ordinal)
        .Replace($"{{{whose}workflow}}", $"{WorkflowId}", StringComparison.Ordinal)
        .Replace($"{{{whose}execution}}", $"{ExecutionId}", StringComparison.Ordinal)
        .Replace($"{{{whose}interaction}}", $"{InteractionId}", StringComparison.Ordinal);
}
