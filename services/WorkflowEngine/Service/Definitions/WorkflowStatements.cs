using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Identity;
using Npgsql;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>
/// The statements that store a version of a workflow. They travel in one batch, which is one transaction: the first that fails
/// undoes all of them, so none has to ask whether the one before did anything.
/// </summary>
internal static class WorkflowStatements
{
    public static NpgsqlBatchCommand Insert(Caller caller, Guid workflowId, AuthoredWorkflow workflow) => Statement.Of(
        """
        INSERT INTO workflows (id, user_id, latest_version, version,
            workflow_data, name, description, icon_url, tags, active, settings, static_data, pin_data)
        VALUES ($1, $2, 1, '1.0.0', $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        [Statement.Uuid(workflowId), Statement.Uuid(caller.UserId), .. Columns(workflow)]);

    /// <summary>Changes nothing when another save came first; <see cref="InsertVersion"/> then fails. updated_at is set by a trigger.</summary>
    public static NpgsqlBatchCommand Update(Guid workflowId, int version, AuthoredWorkflow workflow) => Statement.Of(
        """
        UPDATE workflows
        SET latest_version = $2, version = $2 || '.0.0',
            workflow_data = $3, name = $4, description = $5, icon_url = $6, tags = $7, active = $8,
            settings = $9, pin_data = $11,
            -- what runs have kept stays unless the author has written something else
            static_data = CASE WHEN workflow_data -> 'static_data' IS DISTINCT FROM $3::jsonb -> 'static_data' THEN $10 ELSE static_data END
        WHERE id = $1 AND latest_version = $2 - 1
        """,
        [Statement.Uuid(workflowId), Statement.Integer(version), .. Columns(workflow)]);

    /// <summary>
    /// Keeps the document as this version, copied inside the database instead of being sent again. The primary key is what lets one of
    /// several concurrent saves win: to the others this version is there already.
    /// </summary>
    public static NpgsqlBatchCommand InsertVersion(Guid workflowId, VersionRow row) => Statement.Of(
        """
        INSERT INTO workflow_versions (workflow_id, version, user_id, workflow_data, created_by, restored_from, changes)
        SELECT id, $2, user_id, workflow_data, user_id, $3, $4 FROM workflows WHERE id = $1
        """,
        Statement.Uuid(workflowId), Statement.Integer(row.Version), Statement.Integer(row.RestoredFrom), Statement.Json(row.Changes));

    /// <summary>Drops what the document no longer has. Connections go first and come back whole: nothing refers to them.</summary>
    public static IEnumerable<NpgsqlBatchCommand> DropProjection(Guid workflowId, AuthoredWorkflow workflow) =>
    [
        Statement.Of("DELETE FROM node_connections WHERE workflow_id = $1", Statement.Uuid(workflowId)),
        Statement.Of(
            "DELETE FROM nodes WHERE workflow_id = $1 AND node_id <> ALL ($2)",
            Statement.Uuid(workflowId), Statement.Texts([.. workflow.Document.Nodes.Select(node => node.Id)])),
    ];

    public static IEnumerable<NpgsqlBatchCommand> Project(Caller caller, Guid workflowId, AuthoredWorkflow workflow) =>
    [
        Statement.Of(
            """
            INSERT INTO nodes (id, node_id, workflow_id, user_id, node_type, node_subtype, type_version, name, description, disabled,
                position_x, position_y, parameters, credentials, attached_nodes, error_handling, max_retries, retry_wait_time, notes, webhooks)
            SELECT id, node_id, $1, $2, node_type, node_subtype, type_version, name, description, disabled,
                position_x, position_y, parameters, credentials, attached_nodes, error_handling, max_retries, retry_wait_time, notes, webhooks
            FROM jsonb_to_recordset($3) AS row (id uuid, node_id text, node_type text, node_subtype text, type_version int, name text,
                description text, disabled boolean, position_x float, position_y float, parameters jsonb, credentials jsonb,
                attached_nodes jsonb, error_handling text, max_retries int, retry_wait_time int, notes text, webhooks text[])
            ON CONFLICT (workflow_id, node_id) DO UPDATE
            SET node_type = EXCLUDED.node_type, node_subtype = EXCLUDED.node_subtype, type_version = EXCLUDED.type_version,
                name = EXCLUDED.name, description = EXCLUDED.description, disabled = EXCLUDED.disabled,
                position_x = EXCLUDED.position_x, position_y = EXCLUDED.position_y, parameters = EXCLUDED.parameters,
                credentials = EXCLUDED.credentials, attached_nodes = EXCLUDED.attached_nodes,
                error_handling = EXCLUDED.error_handling, max_retries = EXCLUDED.max_retries,
                retry_wait_time = EXCLUDED.retry_wait_time, notes = EXCLUDED.notes, webhooks = EXCLUDED.webhooks
            """,
            Statement.Uuid(workflowId), Statement.Uuid(caller.UserId),
            Statement.Json(WorkflowProjection.Nodes(workflowId, workflow.Document).ToString())),
        Statement.Of(
            """
            INSERT INTO node_connections (id, workflow_id, user_id, source_node_id, target_node_id, connection_type, connection_index, label, conditions)
            SELECT id, $1, $2, source_node_id, target_node_id, connection_type, connection_index, label, conditions
            FROM jsonb_to_recordset($3) AS row (id uuid, source_node_id text, target_node_id text, connection_type text,
                connection_index int, label text, conditions jsonb)
            """,
            Statement.Uuid(workflowId), Statement.Uuid(caller.UserId),
            Statement.Json(WorkflowProjection.Connections(workflowId, workflow.Document).ToString())),
    ];

    private static NpgsqlParameter[] Columns(AuthoredWorkflow workflow) =>
    [
        Statement.Json(workflow.Json),
        Statement.Text(workflow.Document.Metadata.Name),
        Statement.Text(workflow.Document.Metadata.Description),
        Statement.Text(workflow.IconUrl),
        Statement.Texts([.. workflow.Document.Metadata.Tags]),
        Statement.Flag(workflow.Active),
        Statement.Json(workflow.Settings),
        Statement.Json(workflow.StaticData),
        Statement.Json(workflow.PinData),
    ];
}
