namespace AiTeams.Conformance.Tests.Schemas;

/// <summary>The comparison sees what it is there to see: one change of the migrated database at a time, and exactly that is reported.</summary>
public sealed class MutationTests(BothSchemas schemas) : IClassFixture<BothSchemas>
{
    [Theory]
    [InlineData("DROP TABLE node_connections", "node_connections: missing")]
    [InlineData("CREATE TABLE stray (id uuid)", "stray: added")]
    [InlineData("ALTER TABLE workflows RENAME icon_url TO icon", "workflows.icon_url: missing", "workflows.icon: added")]
    [InlineData("ALTER TABLE nodes DROP notes", "nodes.notes: missing")]
    [InlineData("ALTER TABLE nodes ADD color text", "nodes.color: added")]
    [InlineData("ALTER TABLE nodes ALTER name TYPE varchar(100)", "nodes.name: character varying(100)")]
    [InlineData("ALTER TABLE workflow_executions ALTER start_time TYPE integer", "workflow_executions.start_time: integer")]
    [InlineData("ALTER TABLE workflows ALTER name DROP NOT NULL", "workflows.name: NULL")]
    [InlineData("ALTER TABLE workflows ALTER description SET NOT NULL", "workflows.description: NOT NULL")]
    [InlineData("ALTER TABLE nodes ALTER max_retries SET DEFAULT 5", "nodes.max_retries: DEFAULT 5")]
    [InlineData("ALTER TABLE nodes ALTER max_retries DROP DEFAULT", "nodes.max_retries: no default")]
    [InlineData("ALTER TABLE workflows ALTER icon_url SET DEFAULT 'x'", "workflows.icon_url: DEFAULT 'x'::character varying")]
    [InlineData("ALTER TABLE workflows DROP CONSTRAINT workflows_name_not_empty", "workflows CHECK workflows_name_not_empty: missing")]
    [InlineData(
        "ALTER TABLE workflows DROP CONSTRAINT workflows_name_not_empty, ADD CONSTRAINT workflows_name_not_empty CHECK (length(name) >= 0)",
        "workflows CHECK workflows_name_not_empty: CHECK ((length((name)::text) >= 0))")]
    [InlineData(
        "ALTER TABLE workflows DROP CONSTRAINT workflows_name_not_empty, ADD CONSTRAINT workflows_name_not_empty CHECK (length(name) > 0) NOT VALID",
        "workflows CHECK workflows_name_not_empty: CHECK ((length((name)::text) > 0)) NOT VALID")]
    [InlineData(
        "ALTER TABLE workflow_executions DROP CONSTRAINT valid_execution_mode, ADD CONSTRAINT valid_execution_mode CHECK (mode IN ('MANUAL', 'TRIGGER', 'WEBHOOK', 'REPLAY'))",
        "workflow_executions CHECK valid_execution_mode: + 'REPLAY'", "workflow_executions CHECK valid_execution_mode: - 'RETRY'")]
    [InlineData("ALTER TABLE nodes ADD CONSTRAINT few CHECK (max_retries < 9)", "nodes CHECK few: added")]
    [InlineData("ALTER TABLE workflows ADD UNIQUE (name)", "workflows UNIQUE (name): added")]
    [InlineData("CREATE UNIQUE INDEX one_spelling ON workflows (lower(name))", "workflows UNIQUE one_spelling: added")]
    [InlineData("CREATE UNIQUE INDEX one_active ON workflows (name) WHERE active", "workflows UNIQUE one_active: added")]
    [InlineData(
        "ALTER TABLE node_specifications DROP CONSTRAINT idx_node_specifications_type_subtype, ADD CONSTRAINT idx_node_specifications_type_subtype UNIQUE NULLS NOT DISTINCT (node_type, node_subtype, specification_version)",
        "node_specifications UNIQUE (node_type, node_subtype, specification_version): NULLS NOT DISTINCT")]
    [InlineData("ALTER TABLE node_connections DROP CONSTRAINT node_connections_pkey", "node_connections PRIMARY KEY (id): missing")]
    [InlineData(
        "ALTER TABLE node_connections DROP CONSTRAINT node_connections_pkey, ADD PRIMARY KEY (id, user_id)",
        "node_connections PRIMARY KEY (id): PRIMARY KEY (id, user_id)")]
    [InlineData("ALTER TABLE node_connections DROP CONSTRAINT node_connections_pkey, ADD UNIQUE (id)", "node_connections PRIMARY KEY (id): UNIQUE (id)")]
    [InlineData(
        "ALTER TABLE node_connections DROP CONSTRAINT node_connections_source_fkey",
        "node_connections (source_node_id, workflow_id): no REFERENCES nodes ON DELETE CASCADE")]
    [InlineData(
        "ALTER TABLE node_executions DROP CONSTRAINT node_executions_execution_id_fkey, ADD FOREIGN KEY (execution_id) REFERENCES workflow_executions (execution_id)",
        "node_executions.execution_id: ON DELETE NO ACTION")]
    [InlineData(
        "ALTER TABLE node_executions DROP CONSTRAINT node_executions_execution_id_fkey, ADD FOREIGN KEY (execution_id) REFERENCES workflow_executions (execution_id) ON DELETE CASCADE NOT VALID",
        "node_executions.execution_id: NOT VALID")]
    [InlineData(
        "ALTER TABLE workflow_executions ADD FOREIGN KEY (parent_execution_id) REFERENCES workflow_executions (execution_id) ON DELETE SET NULL",
        "workflow_executions.parent_execution_id: REFERENCES workflow_executions ON DELETE SET NULL")]
    [InlineData("DROP INDEX idx_workflows_tags", "idx_workflows_tags: missing")]
    [InlineData("ALTER INDEX idx_workflows_tags RENAME TO idx_tags", "idx_workflows_tags: missing")]
    [InlineData("DROP INDEX idx_workflows_tags; CREATE INDEX idx_workflows_tags ON nodes (name)", "idx_workflows_tags: missing")]
    [InlineData("DROP INDEX idx_workflows_tags; CREATE INDEX idx_workflows_tags ON workflows (tags)", "idx_workflows_tags: btree")]
    [InlineData("DROP INDEX idx_nodes_type; CREATE INDEX idx_nodes_type ON nodes (name)", "idx_nodes_type: without node_type")]
    [InlineData("DROP INDEX idx_nodes_type; CREATE INDEX idx_nodes_type ON nodes (node_type) WHERE NOT disabled", "idx_nodes_type: partial")]
    [InlineData(
        "DROP INDEX idx_executions_status_created; CREATE INDEX idx_executions_status_created ON workflow_executions (status)",
        "idx_executions_status_created: not composite", "idx_executions_status_created: without created_at")]
    public async Task A_change_is_reported(string change, params string[] differences)
    {
        var after = await schemas.AfterAsync(change);

        var before = Comparison.Of(schemas.Specification, schemas.Ours);
        Assert.Equal(differences.Order(StringComparer.Ordinal), after.Except(before).Select(difference => difference.ToString()).Order(StringComparer.Ordinal));
    }
}
