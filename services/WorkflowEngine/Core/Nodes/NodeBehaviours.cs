using System.Collections.Frozen;
using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>Which behaviour belongs to which entry of the catalogue.</summary>
internal static class NodeBehaviours
{
    private static readonly FrozenDictionary<(string, string), NodeBehaviour> Table = new Dictionary<(string, string), NodeBehaviour>
    {
        [(NodeTypes.Trigger, "MANUAL")] = new ManualTrigger(),
        [(NodeTypes.Trigger, "CRON")] = new EventTrigger(),
        [(NodeTypes.Trigger, "WEBHOOK")] = new EventTrigger(),
        [(NodeTypes.Trigger, "EMAIL")] = new EventTrigger(),
        [(NodeTypes.Trigger, "GITHUB")] = new EventTrigger(),
        [(NodeTypes.Trigger, "SLACK")] = new EventTrigger(),
        [(NodeTypes.Action, "HTTP_REQUEST")] = new HttpRequestNode(),
        [(NodeTypes.Action, "WEBHOOK_CALL")] = new WebhookCallNode(),
        [(NodeTypes.Action, "DATABASE_QUERY")] = new DatabaseQueryNode(),
        [(NodeTypes.Action, "DATA_TRANSFORMATION")] = new DataTransformationNode(),
        [(NodeTypes.Action, "DATA_VALIDATION")] = new DataValidationNode(),
        [(NodeTypes.Action, "DATA_FORMATTING")] = new DataFormattingNode(),
        [(NodeTypes.Action, "STATIC_DATA")] = new StaticDataNode(),
        [(NodeTypes.Action, "RUN_CODE")] = new RunCodeNode(),
        [(NodeTypes.Flow, "IF")] = new IfNode(),
        [(NodeTypes.Flow, "FILTER")] = new FilterNode(),
        [(NodeTypes.Flow, "SORT")] = new SortNode(),
        [(NodeTypes.Flow, "MERGE")] = new MergeNode(),
        [(NodeTypes.Flow, "DELAY")] = new DelayNode(),
        [(NodeTypes.Flow, "LOOP")] = new RangeLoopNode(),
        [(NodeTypes.Flow, "FOR_EACH")] = new ForEachNode(),
        [(NodeTypes.Flow, "WHILE")] = new WhileNode(),
        [(NodeTypes.Flow, "SPLIT")] = new SplitNode(),
        [(NodeTypes.Flow, "SWITCH")] = new SwitchNode(),
        [(NodeTypes.Flow, "WAIT")] = new WaitNode(),
        [(NodeTypes.Flow, "TIMEOUT")] = new TimeoutNode(),
        [(NodeTypes.Flow, "SUB_WORKFLOW")] = new SubWorkflowNode(),
        [(NodeTypes.HumanInTheLoop, "SLACK_INTERACTION")] = new InteractionNode("slack", "approval"),
        [(NodeTypes.HumanInTheLoop, "GMAIL_INTERACTION")] = new InteractionNode("email", "approval"),
        [(NodeTypes.HumanInTheLoop, "OUTLOOK_INTERACTION")] = new InteractionNode("email", "approval"),
        [(NodeTypes.HumanInTheLoop, "MANUAL_REVIEW")] = new InteractionNode("in_app", "review"),
        [(NodeTypes.HumanInTheLoop, "IN_APP_APPROVAL")] = new InteractionNode("in_app", "approval"),
    }.ToFrozenDictionary();

    public static bool Has(NodeSpec spec) => Table.ContainsKey((spec.Type, spec.Subtype));

    public static NodeBehaviour For(NodeSpec spec) => Table[(spec.Type, spec.Subtype)];
}
