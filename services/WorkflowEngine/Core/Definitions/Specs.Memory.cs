namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>What an agent remembers: attached to it, read before its model is asked and written after. Things and facts are in a file of their own.</summary>
internal static partial class Specs
{
    private static NodeSpec[] Memories =>
        [ConversationBuffer, VectorDatabase, KeyValueStore, DocumentStore, EntityMemory, EpisodicMemory, KnowledgeBase, GraphMemory];

    private static NodeSpec ConversationBuffer => new(NodeTypes.Memory, "CONVERSATION_BUFFER", "Remembers the conversation's last messages.")
    {
        Parameters =
        [
            Whole("max_messages", "So many are kept.", 50, 1, 1000),
            Flag("auto_summarize", "Sum up what does not fit any more.", true),
            Whole("summarize_count", "So many at a time.", 10, 1),
            .. Common,
        ],
        Inputs =
        [
            TextField("message", "What was said."),
            ChoiceField("role", "Who said it.", "user", "user", "assistant", "system"),
            ObjectField("metadata", "Kept with it."),
        ],
        Outputs =
        [
            ListField("messages", "What was said last, oldest first."),
            WholeField("total_messages", "How much was said."),
            FlagField("buffer_full", "Something was summed up or forgotten."),
            Succeeded,
            TextField("summary", "What was said before."),
            ObjectField("summary_metadata", "How the summary came about."),
        ],
        Ports = [],
        Examples =
        [
            Example(
                "Twenty messages", """{"max_messages": 20, "auto_summarize": false}""",
                """{"messages": [{"role": "user", "content": "Where is order 17?"}], "total_messages": 1, "buffer_full": false, "success": true}""",
                """{"message": "Where is order 17?", "role": "user"}"""),
        ],
    };

    private static NodeSpec VectorDatabase => new(NodeTypes.Memory, "VECTOR_DATABASE", "Finds texts by their meaning.")
    {
        Parameters =
        [
            Required(Choice(
                "database_provider", "Where it is kept. Everything is kept in PostgreSQL; the others are known by name only.", "supabase_pgvector",
                "supabase_pgvector", "pinecone", "weaviate", "chromadb", "qdrant")),
            Required(Secret("database_url", "Where that is.")),
            Required(Text("table_name", "Which collection.", "embeddings")),
            Required(Choice(
                "embedding_model", "The model that reads the texts.", "text-embedding-ada-002", "text-embedding-ada-002", "text-embedding-3-small",
                "text-embedding-3-large", "sentence-transformers/all-MiniLM-L6-v2")),
            Required(Whole("vector_dimension", "How many numbers it gives.", 1536, 1, 16_000)),
            Amount("similarity_threshold", "Nothing less alike than this.", 0.7, 0, 1),
            Whole("max_results", "Found at most.", 5, 1, 50),
            .. Common,
        ],
        Inputs =
        [
            ChoiceField("operation", "What to do.", "search", "search", "store", "update", "delete"),
            TextField("query", "What to look for."),
            ObjectField("context", "What it is for."),
            ObjectField("filters", "Conditions on the metadata."),
            ListField("items", "Texts to keep."),
            ListField("ids", "Texts to change or forget."),
        ],
        Outputs =
        [
            ListField("results", "What was found."),
            ListField("scores", "How alike each is."),
            WholeField("total_results", "How many."),
            AmountField("search_time", "Seconds it took."),
            FlagField("cached", "The answer was known already."),
        ],
        Ports = [],
        Examples =
        [
            Example(
                "What the handbook says", """{"database_url": "{{$placeholder}}", "table_name": "handbook", "max_results": 3}""",
                """{"results": [{"content": "Parcels are insured."}], "scores": [0.91], "total_results": 1}""",
                """{"operation": "search", "query": "Who pays for a lost parcel?"}"""),
        ],
    };

    private static NodeSpec KeyValueStore => new(NodeTypes.Memory, "KEY_VALUE_STORE", "Remembers values by name.")
    {
        Parameters =
        [
            Required(Choice(
                "storage_backend", "Where it is kept. Everything is kept in PostgreSQL; the names are understood for old documents.", "memory",
                "memory", "redis", "sqlite", "file")),
            Shape("connection_config", "Where that is.") with { Sensitive = true },
            Whole("default_ttl", "Seconds a value is kept; 0 for ever.", 0, 0, 86_400),
            Text("key_prefix", "Put before every key."),
            Whole("max_keys", "So many are kept.", 1000, 1, 100_000),
            .. Common,
        ],
        Inputs =
        [
            ChoiceField("operation", "What to do.", "get", "get", "set", "delete", "exists", "keys", "clear"),
            TextField("key", "Which value."),
            AnyField("value", "What to keep."),
            ObjectField("options", "ttl of this value."),
        ],
        Outputs =
        [
            AnyField("value", "The value."),
            FlagField("exists", "There is one."),
            ListField("keys", "All keys."),
            Succeeded,
            ErrorMessage,
            AmountField("operation_time", "Seconds it took."),
            FlagField("cache_hit", "The value was at hand."),
        ],
        Ports = [],
        Examples =
        [
            Example(
                "For an hour", """{"default_ttl": 3600, "key_prefix": "cart:"}""", """{"value": 3, "exists": true, "success": true}""",
                """{"operation": "get", "key": "items"}"""),
        ],
    };

    private static NodeSpec DocumentStore => new(NodeTypes.Memory, "DOCUMENT_STORE", "Keeps documents and finds them by their words.")
    {
        Parameters =
        [
            Required(Text("collection_name", "Which collection.", "documents")),
            Flag("auto_capture_from_ai", "Keep what the agent writes.", true),
            Flag("title_auto", "Take the title from the text.", true),
            Whole("title_max_length", "Characters of such a title.", 80, 1, 500),
            Flag("full_text_search", "Find words in any form.", true),
            List("search_fields", "Where to look.", "content", "title", "description"),
            Whole("max_results", "Found at most.", 10, 1, 100),
            Choice("indexing_strategy", "When a document can be found.", "automatic", "automatic", "manual", "hybrid"),
            Flag("content_extraction", "Read the text out of files.", true),
            List("supported_formats", "Of which kinds.", "txt", "md"),
            Choice("relevance_scoring", "What comes first.", "tf_idf", "tf_idf", "bm25", "hybrid"),
            Flag("metadata_indexing", "Find by metadata too.", true),
            .. Common,
        ],
        Inputs =
        [
            ChoiceField("operation", "What to do.", "search", "store", "search", "update", "delete"),
            TextField("document_id", "Which document."),
            TextField("title", "Its title."),
            TextField("content", "Its text."),
            ListField("tags", "Its tags."),
            ObjectField("metadata", "Kept with it."),
            TextField("query", "Words to look for."),
            ObjectField("filters", "Conditions on tags and metadata."),
            TextField("file_path", "File to read."),
            TextField("file_type", "Its kind."),
            TextField("source_node", "Who wrote it."),
            TextField("created_at", "When it was written."),
        ],
        Outputs =
        [
            ListField("documents", "The documents."),
            WholeField("total_count", "How many there are."),
            ListField("relevance_scores", "How well each fits."),
            ObjectField("search_metadata", "How the search went."),
            ListField("document_summaries", "Title and beginning of each."),
            ListField("filtered_results", "What met the conditions."),
            AmountField("execution_time_ms", "Milliseconds it took."),
        ],
        Ports = [],
        Examples =
        [
            Example(
                "Reports of the team", """{"collection_name": "reports", "max_results": 5}""",
                """{"documents": [{"id": "r7", "title": "Week 9"}], "total_count": 1, "relevance_scores": [0.8]}""",
                """{"operation": "search", "query": "late parcels"}"""),
        ],
    };
}
