namespace AiTeams.WorkflowEngine.Core.Data;

public static class JsonKinds
{
    /// <summary>How a message speaks of a value's kind.</summary>
    public static string Describe(JsonData value) => value.Kind switch
    {
        JsonKind.Missing => "nothing",
        JsonKind.Null => "null",
        JsonKind.Boolean => "a boolean",
        JsonKind.Number => "a number",
        JsonKind.String => "a string",
        JsonKind.Array => "an array",
        JsonKind.Object => "an object",
    };
}
