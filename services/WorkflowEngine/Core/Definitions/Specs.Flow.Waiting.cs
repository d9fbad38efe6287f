namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>What repeats and what waits.</summary>
internal static partial class Specs
{
    private static NodeSpec Loop => new(NodeTypes.Flow, "LOOP", "Runs what hangs on 'iteration' once per number, item, or while a condition holds.")
    {
        Parameters =
        [
            Required(Choice("loop_type", "What it counts.", "for_range", "for_range", "for_each", "while")),
            new("loop_condition", ParameterType.Expression, "while: goes on as long as this holds."),
            Whole("start_value", "for_range: the first number.", 0),
            Whole("end_value", "for_range: the last number; it is run too.", 10),
            Whole("step_value", "for_range: from one number to the next.", 1),
            Whole("max_iterations", "Never more than this.", 100, 1, 10_000),
            Text("iteration_variable", "Name of the number or item in what is run.", "index"),
            Text("array_path", "for_each: dot path of the items in the input; empty takes loop_data, else data."),
            Flag("break_on_error", "The first failure ends the loop.", true),
            Flag("collect_results", "Keep what each run gave.", true),
            .. Common,
        ],
        Inputs =
        [
            AnyField("data", "What the loop is about.") with { Required = true },
            ObjectField("context", "Further values for expressions."),
            ListField("loop_data", "for_each: the items."),
        ],
        Outputs =
        [
            AnyField("data", "What came in."),
            WholeField("total_iterations", "How often it ran."),
            WholeField("successful_iterations", "How often it worked."),
            WholeField("failed_iterations", "How often it did not."),
            FlagField("loop_completed", "False when it was broken off."),
            AnyField("final_result", "What the last run gave."),
            ListField("iteration_results", "What each run gave."),
        ],
        Ports =
        [
            new("iteration", "Once per run: an object with the number or item."),
            new("completed", "After the last run.") { Source = "" },
            new("result", "The same as completed."),
        ],
        Examples =
        [
            Example(
                "Once per order", """{"loop_type": "for_each", "array_path": "orders", "iteration_variable": "order"}""",
                """{"total_iterations": 2, "successful_iterations": 2, "failed_iterations": 0, "loop_completed": true}""",
                """{"data": {"orders": [{"id": 1}, {"id": 2}]}}""", port: "completed"),
        ],
    };

    private static NodeSpec ForEach => new(NodeTypes.Flow, "FOR_EACH", "Runs what hangs on 'iteration' once per item of a list.")
    {
        Parameters =
        [
            new("items_source", ParameterType.Expression, "Gives the items.") { Required = true },
            Whole("max_iterations", "A longer list is refused.", 10_000, 1, 10_000),
            Whole("concurrency", "How many items may be under way at once.", 1, 1, 100),
            Flag("break_on_error", "The first failure ends the run; otherwise it ends only its item.", true),
            .. Common,
        ],
        Inputs = PassedInputs,
        Outputs = LoopOutputs,
        Ports = LoopPortsOf("Once per item: the item."),
        Examples =
        [
            Example(
                "Once per order", """{"items_source": "$input.data.orders"}""",
                """{"total_iterations": 2, "successful_iterations": 2, "failed_iterations": 0, "loop_completed": true}""",
                """{"data": {"orders": [{"id": 1}, {"id": 2}]}}""", port: "completed"),
        ],
    };

    private static NodeSpec While => new(NodeTypes.Flow, "WHILE", "Runs what hangs on 'iteration' as long as a condition holds.")
    {
        Parameters =
        [
            new("condition_expression", ParameterType.Expression, "Asked before each run; sees $loop.index and $loop.last, what the run before gave.")
            {
                Required = true,
            },
            Whole("max_iterations", "Never more than this.", 100, 1, 10_000),
            Flag("break_on_error", "The first failure ends the run; otherwise it ends only its iteration.", true),
            .. Common,
        ],
        Inputs = [AnyField("data", "What the loop is about."), .. ExpressionInputs],
        Outputs = LoopOutputs,
        Ports = LoopPortsOf("Once per run: an object with its index."),
        Examples =
        [
            Example(
                "Three times", """{"condition_expression": "$loop.index < 3"}""",
                """{"total_iterations": 3, "successful_iterations": 3, "failed_iterations": 0, "loop_completed": true}""", port: "completed"),
        ],
    };

    private static FieldSpec[] LoopOutputs =>
    [
        AnyField("data", "What came in."),
        WholeField("total_iterations", "How often it ran."),
        WholeField("successful_iterations", "How often it worked."),
        WholeField("failed_iterations", "How often it did not."),
        FlagField("loop_completed", "False when it was cut short."),
        AnyField("final_result", "What the last run gave."),
        ListField("iteration_results", "What each run gave."),
    ];

    private static PortSpec[] LoopPortsOf(string iteration) =>
        [new("iteration", iteration), new("completed", "After the last run.") { Source = "" }, new("result", "The same as completed.")];

    private static NodeSpec Wait => new(NodeTypes.Flow, "WAIT", "Waits until something has happened.")
    {
        Parameters =
        [
            Required(Choice(
                "wait_type", "What it waits for.", "condition", "condition", "event", "signal", "resource", "approval", "webhook", "file",
                "api_response", "queue_message", "database_change")),
            new("wait_condition", ParameterType.Expression, "condition: goes on as soon as this holds."),
            Amount("check_interval_seconds", "Seconds between looks.", 5, 0.1, 300),
            Whole("timeout_seconds", "Longest wait.", 300, 1, 86_400),
            Whole("max_attempts", "Looks at most; -1 for as many as there is time for.", -1, -1, 1000),
            Shape("event_config", "event, signal: which one."),
            Group(
                "webhook_config", "webhook: which call.",
                Text("endpoint_path", "Its path.", "/webhook/wait"), Choice("method", "Its method.", "POST", "GET", "POST", "PUT", "PATCH", "DELETE"),
                Shape("expected_payload", "What its body has to contain."), Flag("authentication_required", "The caller has to show who he is.", true)),
            Shape("file_config", "file: which one, and what should become of it."),
            Group(
                "api_config", "api_response: what to ask, and for what answer.",
                Text("url", "The address."), Choice("method", "The method.", "GET", "GET", "POST", "PUT", "HEAD"), Shape("headers", "Request headers."),
                Whole("expected_status", "Status to wait for.", 200, 100, 599), Shape("expected_response", "What the answer has to contain."),
                Flag("retry_on_failure", "A failed call is no answer, and no failure.", true)),
            Group(
                "queue_config", "queue_message: which one.",
                Text("queue_name", "The queue."), Shape("message_filter", "What the message has to contain."),
                Flag("consume_message", "Take it out of the queue.", true), Text("queue_type", "Whose queue.", "redis")),
            Shape("database_config", "database_change: which one."),
            Group(
                "resource_config", "resource: which one.",
                Choice("resource_type", "What has to be free.", "cpu", "cpu", "memory", "disk"),
                Amount("availability_threshold", "Per cent of it.", 80, 0, 100)),
            Flag("exponential_backoff", "Look less and less often.", false),
            Amount("backoff_multiplier", "By how much.", 1.5, 1.1, 3),
            Flag("pass_through_data", "Hand on what came in.", true),
            Flag("include_wait_metadata", "Say how the wait went.", true),
            Flag("cancellable", "It may be broken off.", true),
            .. Common,
        ],
        Inputs = PassedInputs,
        Outputs =
        [
            AnyField("data", "What came in."),
            ObjectField(
                "wait_result",
                "condition_met, wait_duration_seconds, attempts_made, wait_start_time, wait_end_time, timeout_occurred, was_cancelled."),
            AnyField("trigger_data", "What ended the wait."),
        ],
        Ports =
        [
            new("completed", "It has happened."),
            new("timeout", "It has not happened in time."),
            new("cancelled", "The wait was broken off."),
        ],
        Examples =
        [
            Example(
                "Until a parcel is there",
                """{"wait_type": "webhook", "timeout_seconds": 3600, "webhook_config": {"endpoint_path": "/parcels/arrived"}}""",
                """{"data": {"parcel": "p7"}, "trigger_data": {"parcel": "p7"}}""",
                """{"data": {"parcel": "p7"}}""", port: "completed"),
        ],
    };

    private static NodeSpec Delay => new(NodeTypes.Flow, "DELAY", "Waits before going on.")
    {
        Parameters =
        [
            new("duration_seconds", ParameterType.Number, "How long.") { Default = 5, Min = 0.1, Max = 86400 },
            new("delay_seconds", ParameterType.Number, "Another name for duration_seconds.") { Min = 0.1, Max = 86400 },
            new("delay_ms", ParameterType.Number, "The same in milliseconds.") { Min = 1, Max = 86_400_000 },
            .. Common,
        ],
        Inputs = PassedInputs,
        Outputs = [AnyField("data", "What came in."), new("delay_info", ParameterType.Object, "Planned and actual delay.")],
        Examples =
        [
            Example(
                "Half a minute", """{"duration_seconds": 30}""",
                """{"data": {"order": 17}, "delay_info": {"planned_delay_seconds": 30, "actual_delay_seconds": 30, "delay_start_time": "2026-03-01T12:00:00.000Z", "delay_end_time": "2026-03-01T12:00:30.000Z", "delay_type_used": "fixed", "was_cancelled": false}}""",
                """{"data": {"order": 17}}"""),
        ],
    };
}
