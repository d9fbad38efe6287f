namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>People and things, what happened, what is so, and how it hangs together.</summary>
internal static partial class Specs
{
    private static NodeSpec EntityMemory => new(NodeTypes.Memory, "ENTITY_MEMORY", "Remembers who and what was spoken of.")
    {
        Parameters =
        [
            List("entity_types", "What is worth remembering.", "person", "organization", "location", "product", "concept"),
            Amount("confidence_threshold", "Nothing less certain than this.", 0.7, 0, 1),
            Flag("relationship_tracking", "Remember how they hang together.", true),
            .. Common,
        ],
        Inputs =
        [
            TextField("content", "Text to read."),
            ListField("existing_entities", "What is known already."),
            ObjectField("session_metadata", "About the conversation."),
        ],
        Outputs =
        [
            ListField("entities", "Name, type, description and confidence of each."),
            ListField("relationships", "Source, target and kind of each."),
            TextField("entity_summary", "The same in words."),
        ],
        Ports = [],
        Examples =
        [
            Example(
                "People and firms", """{"entity_types": ["person", "organization"], "confidence_threshold": 0.8}""",
                """{"entities": [{"name": "Ada", "type": "person", "confidence": 0.95}], "relationships": [], "entity_summary": "Ada (person)"}""",
                """{"content": "Ada called."}"""),
        ],
    };

    private static NodeSpec EpisodicMemory => new(NodeTypes.Memory, "EPISODIC_MEMORY", "Remembers what happened when.")
    {
        Parameters =
        [
            Choice(
                "storage_backend", "Where it is kept. Everything is kept in PostgreSQL; the others are known by name only.", "timescaledb",
                "timescaledb", "postgresql", "elasticsearch"),
            Amount("importance_threshold", "Nothing less important than this.", 0.5, 0, 1),
            Text("retention_period", "How long it is remembered.", "30 days"),
            Text("temporal_context_window", "How far back the agent is told.", "7 days"),
            .. Common,
        ],
        Inputs =
        [
            TextField("actor", "Who did something."),
            TextField("action", "What was done."),
            AnyField("object", "To what."),
            ObjectField("context", "Under which circumstances."),
            AnyField("outcome", "With what result."),
            new("importance", ParameterType.Number, "How important it is, 0 to 1.") { Default = 0.5 },
            TextField("timestamp", "When."),
            TextField("event_type", "What kind of thing it was."),
            ObjectField("query_params", "What to look for: actor, action, from, to."),
        ],
        Outputs =
        [
            ListField("episodes", "What happened."),
            ListField("timeline", "The same in order of time."),
            TextField("context_summary", "The same in words."),
        ],
        Ports = [],
        Examples =
        [
            Example(
                "The last day", """{"storage_backend": "postgresql", "temporal_context_window": "1 day"}""",
                """{"episodes": [{"actor": "ada", "action": "approved", "object": "brief"}], "context_summary": "ada approved the brief."}""",
                """{"query_params": {"actor": "ada"}}"""),
        ],
    };

    private static NodeSpec KnowledgeBase => new(NodeTypes.Memory, "KNOWLEDGE_BASE", "Remembers facts and what follows from them.")
    {
        Parameters =
        [
            Choice(
                "storage_backend", "Where it is kept. Everything is kept in PostgreSQL; the others are known by name only.", "neo4j",
                "neo4j", "postgresql", "arangodb", "rdf_triple_store"),
            Amount("confidence_threshold", "Nothing less certain than this.", 0.8, 0, 1),
            Flag("fact_validation", "Look for contradictions first.", true),
            List("knowledge_domains", "What the facts are about.", "general", "technical", "business"),
            .. Common,
        ],
        Inputs =
        [
            ChoiceField("operation", "What to do.", "query", "store", "query", "update", "delete"),
            TextField("content", "Text to take facts from."),
            ListField("facts", "Facts {subject, predicate, object}."),
            TextField("query", "What to look for."),
            TextField("domain", "In which domain."),
            FlagField("validation_required", "Look for contradictions first.") with { Default = true },
        ],
        Outputs =
        [
            ListField("facts", "What is so."),
            TextField("knowledge_summary", "The same in words."),
            ListField("related_concepts", "What else it has to do with."),
        ],
        Ports = [],
        Examples =
        [
            Example(
                "What is known of a product", """{"storage_backend": "postgresql", "knowledge_domains": ["products"]}""",
                """{"facts": [{"subject": "P7", "predicate": "weighs", "object": "2 kg", "confidence": 0.97}], "knowledge_summary": "P7 weighs 2 kg."}""",
                """{"operation": "query", "query": "P7", "domain": "products"}"""),
        ],
    };

    private static NodeSpec GraphMemory => new(NodeTypes.Memory, "GRAPH_MEMORY", "Remembers how things hang together, and finds ways between them.")
    {
        Parameters =
        [
            Choice(
                "graph_database", "Where it is kept. Everything is kept in PostgreSQL; the names are understood for old documents.", "neo4j",
                "neo4j", "arangodb", "tigergraph", "amazon_neptune"),
            List("node_types", "Kinds of things.", "concept", "entity", "event", "topic"),
            List("relationship_types", "Kinds of ties.", "related_to", "part_of", "depends_on", "similar_to"),
            Whole("traversal_depth", "Ties from a thing to what is found.", 2, 1, 10),
            Amount("relationship_strength_threshold", "No weaker tie than this.", 0.3, 0, 1),
            .. Common,
        ],
        Inputs =
        [
            ChoiceField("operation", "What to do.", "query", "add", "add_and_query", "query"),
            ListField("nodes", "Things {id, label, properties}."),
            ListField("relationships", "Ties {source, target, type, weight, properties}."),
            TextField("query", "What to look for."),
            TextField("start_node", "Where to begin."),
            ObjectField("filters", "Conditions on things and ties."),
        ],
        Outputs =
        [
            ListField("paths", "Ways from thing to thing."),
            ListField("connected_nodes", "What was reached."),
            TextField("relationship_summary", "The same in words."),
            ObjectField("graph_metrics", "Things, ties, depth."),
        ],
        Ports = [],
        Examples =
        [
            Example(
                "What depends on a service", """{"relationship_types": ["depends_on"], "traversal_depth": 3}""",
                """{"paths": [["checkout", "payments"]], "connected_nodes": [{"id": "payments"}], "relationship_summary": "checkout depends on payments."}""",
                """{"operation": "query", "start_node": "checkout"}"""),
        ],
    };
}
