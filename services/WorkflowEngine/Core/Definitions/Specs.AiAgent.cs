using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Agents: what they are is said by system_prompt; the subtype says whose model answers.</summary>
internal static partial class Specs
{
    private const string UsualPrompt = "You are a helpful assistant. Answer with one JSON object.";

    private static NodeSpec[] Agents => [ChatGpt, Claude, Gemini];

    private static FieldSpec UserPrompt => TextField("user_prompt", "What the agent is asked.", required: true);

    private static ParameterSpec ToolRounds => Whole("max_tool_iterations", "Rounds of tool calls before the agent has to answer.", 5, 1, 50);

    private static FieldSpec[] AgentOutputs =>
    [
        ObjectField("content", "The answer: the model is asked for JSON in the form the next node takes."),
        ObjectField("metadata", "Model, time taken, why it stopped."),
        ObjectField("token_usage", "input_tokens, output_tokens, total_tokens."),
        ListField("function_calls", "The tools it called, with arguments and results."),
    ];

    private static NodeSpec ChatGpt => new(NodeTypes.AiAgent, "OPENAI_CHATGPT", "Asks an OpenAI model.")
    {
        Parameters =
        [
            Required(Choice(
                "model", "Which model answers.", "gpt-5-nano", "gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-5-mini-2025-08-07", "gpt-5-chat-latest",
                "gpt-4.1", "gpt-4.1-mini")),
            Required(Prose("system_prompt", "Who the agent is and how it answers.", UsualPrompt)),
            Amount("temperature", "0 answers the same way every time, 2 wildly.", 0.7, 0, 2),
            Whole("max_tokens", "Longest answer.", 8192, 1, 128_000),
            Amount("top_p", "Share of likely words to choose from.", 1.0, 0, 1),
            Amount("frequency_penalty", "Above 0, words used often become less likely.", 0, -2, 2),
            Amount("presence_penalty", "Above 0, words used at all become less likely.", 0, -2, 2),
            ToolRounds,
            .. Common,
        ],
        Inputs = [UserPrompt],
        Outputs = AgentOutputs,
        Examples =
        [
            Example(
                "Judge a review", """{"model": "gpt-5-mini", "system_prompt": "Say whether a review is positive: {\"positive\": true or false}."}""",
                """{"content": {"positive": true}, "token_usage": {"input_tokens": 41, "output_tokens": 6, "total_tokens": 47}, "function_calls": []}""",
                """{"user_prompt": "Best coffee in town."}"""),
        ],
    };

    private static NodeSpec Claude => new(NodeTypes.AiAgent, "ANTHROPIC_CLAUDE", "Asks an Anthropic model.")
    {
        Parameters =
        [
            Required(Choice(
                "model", "Which model answers.", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5-20250929", "claude-3-5-haiku-20241022")),
            Prose("system_prompt", "Who the agent is and how it answers.", UsualPrompt),
            Whole("max_tokens", "Longest answer.", 8192, 1, 64_000),
            Amount("temperature", "0 answers the same way every time, 1 most freely.", 0.7, 0, 1),
            Amount("top_p", "Share of likely words to choose from.", 0.9, 0, 1),
            ToolRounds,
            Group(
                "multimodal_config", "Pictures in the input.",
                Flag("enable_vision", "Hand pictures to the model.", false),
                Whole("max_images", "At most so many.", 5, 1, 100),
                Choice("image_detail", "How closely to look.", "auto", "auto", "low", "high"),
                List("supported_formats", "Types of picture to hand over.", "png", "jpeg", "gif", "webp")),
            Group(
                "function_calling", "Functions beside the attached tools.",
                Flag("enabled", "Offer them.", false),
                List("functions", "Name, description and parameters of each."),
                Text("function_choice", "auto, any, none, or a function's name.", "auto")),
            Group(
                "context_management", "What the model is told of earlier.",
                Flag("enable_memory", "Use memory.", false),
                Text("memory_type", "Which kind.", "conversation"),
                Whole("max_context_length", "Tokens of context at most.", 100_000, 1, 1_000_000),
                Flag("context_compression", "Shorten old context instead of cutting it.", false)),
            Group(
                "output_processing", "What becomes of the answer.",
                Flag("enable_streaming", "Show it while it comes.", false),
                Flag("parse_json", "Read it as JSON.", false),
                Flag("extract_code", "Take code blocks out.", false),
                Flag("validate_output", "Check it against output_schema.", false),
                Shape("output_schema", "JSON Schema of the answer.", JsonData.EmptyObject)),
            Group(
                "safety_config", "What is not let through.",
                Flag("content_filtering", "Filter what is unwanted.", true),
                Flag("harmful_content_detection", "Look for what does harm.", true),
                Flag("pii_detection", "Look for personal data.", false),
                Prose("custom_safety_guidelines", "Further rules.")),
            Group(
                "performance_config", "Patience.",
                Whole("timeout_seconds", "Longest wait for an answer.", 120, 1, 1000),
                Whole("retry_attempts", "How often a failed call is tried again.", 3, 0, 10),
                Amount("retry_delay", "Seconds before the first of them.", 1, 0, 300),
                Flag("exponential_backoff", "Double the delay each time.", true),
                Flag("cache_responses", "Answer the same question from memory.", false)),
            Group(
                "cost_optimization", "Spending less.",
                Flag("enable_caching", "Let the provider keep the prompt.", false),
                Whole("cache_ttl", "Seconds it is kept.", 3600, 1, 86_400),
                Flag("prompt_compression", "Shorten the prompt.", false),
                Whole("output_length_limit", "Cut the answer after so many tokens; -1 does not.", -1, -1, 64_000)),
            .. Common,
        ],
        Inputs = [UserPrompt],
        Outputs = AgentOutputs,
        Examples =
        [
            Example(
                "A morning brief", """{"system_prompt": "Sum up the day's appointments as {\"brief\": text}.", "max_tokens": 1024}""",
                """{"content": {"brief": "Two meetings, both before noon."}, "function_calls": []}""",
                """{"user_prompt": "09:00 stand-up, 11:00 dentist"}"""),
        ],
    };

    private static NodeSpec Gemini => new(NodeTypes.AiAgent, "GOOGLE_GEMINI", "Asks a Google model.")
    {
        Parameters =
        [
            Required(Choice("model", "Which model answers.", "gemini-2.5-flash", "gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite")),
            Prose("system_prompt", "Who the agent is and how it answers.", UsualPrompt),
            Required(Prose("user_prompt", "What the agent is asked; a template over the input.")),
            Group(
                "generation_config", "How it answers.",
                Whole("max_output_tokens", "Longest answer.", 8192, 1, 65_536),
                Amount("temperature", "0 answers the same way every time, 2 wildly.", 0.7, 0, 2),
                Amount("top_p", "Share of likely words to choose from.", 0.95, 0, 1),
                Whole("top_k", "Number of likely words to choose from.", 40, 1, 100),
                Whole("candidate_count", "Answers to choose from.", 1, 1, 8),
                List("stop_sequences", "Texts that end the answer.")),
            Shape("safety_settings", "From which grade on each kind of content is blocked.", JsonData.Object(
                ("HARM_CATEGORY_HARASSMENT", "BLOCK_MEDIUM_AND_ABOVE"),
                ("HARM_CATEGORY_HATE_SPEECH", "BLOCK_MEDIUM_AND_ABOVE"),
                ("HARM_CATEGORY_SEXUALLY_EXPLICIT", "BLOCK_MEDIUM_AND_ABOVE"),
                ("HARM_CATEGORY_DANGEROUS_CONTENT", "BLOCK_MEDIUM_AND_ABOVE"))),
            Group(
                "multimodal_config", "What else than text is handed over.",
                Flag("enable_vision", "Pictures.", true),
                Flag("enable_audio", "Sound.", false),
                Flag("enable_video", "Film.", false)),
            Group(
                "function_calling", "Functions beside the attached tools.",
                Flag("enabled", "Offer them.", false),
                List("functions", "Name, description and parameters of each."),
                Choice("function_calling_mode", "Whether the model may, must, or must not call one.", "AUTO", "AUTO", "ANY", "NONE")),
            ToolRounds,
            .. Common,
        ],
        Inputs = [UserPrompt, ListField("images", "Pictures to look at: addresses or base64.")],
        Outputs = AgentOutputs,
        Examples =
        [
            Example(
                "Describe a picture", """{"user_prompt": "What is to be seen? {\"caption\": text}", "generation_config": {"temperature": 0.2}}""",
                """{"content": {"caption": "A lighthouse at dusk."}, "function_calls": []}""",
                """{"user_prompt": "What is to be seen?", "images": ["https://example.org/lighthouse.jpg"]}"""),
        ],
    };
}
