using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Core.Logs;

/// <summary>
/// The secrets a workflow's document holds, to keep them out of its logs: what stands in parameters its node types call sensitive, and
/// what stands anywhere under a name that says so (password, token, authorization, …), variables included. Most workflows have none.
/// </summary>
public sealed class SensitiveTexts
{
    private const string Mask = "***";

    // Shorter ones would be found in the middle of words.
    private const int Shortest = 4;

    private static readonly string[] Names =
    [
        "password", "passwd", "secret", "token", "api_key", "apikey", "api-key", "authorization", "cookie", "credential", "private_key", "privatekey",
        "access_key", "accesskey",
    ];

    private readonly string[] _texts;

    private SensitiveTexts(IEnumerable<string> texts) =>
        _texts = [.. texts.Where(text => text.Length >= Shortest && !text.Contains("{{", StringComparison.Ordinal)).Distinct().OrderByDescending(text => text.Length)];

    public static SensitiveTexts Of(WorkflowDocument document)
    {
        var texts = new List<string>();
        foreach (var node in document.Nodes)
        {
            Collect(node.Configurations, NodeCatalog.Find(node.Type, node.Subtype)?.Parameters ?? [], isSensitive: false, texts);
            Collect(node.InputParams, [], isSensitive: false, texts);
            Collect(node.Credentials, [], isSensitive: true, texts);
        }

        Collect(document.Variables, [], isSensitive: false, texts);
        return new(texts);
    }

    /// <summary>The text with every secret masked.</summary>
    public string Clean(string text)
    {
        foreach (var secret in _texts)
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>The value with every secret masked, and what stands under a name that promises one.</summary>
    public JsonData Clean(JsonData value) => value.Kind switch
    {
        JsonKind.String => JsonData.Of(Clean(value.Text!)),
        JsonKind.Array => JsonData.Array(value.Items.ToArray().Select(Clean)),
        JsonKind.Object => CleanFields(value),
        _ => value,
    };

    private JsonData CleanFields(JsonData value)
    {
        var builder = new JsonObjectBuilder(value.Count);
        foreach (var (name, field) in value.Fields)
        {
            // Numbers are counts of tokens, not tokens.
            builder.Set(Clean(name), IsSecretName(name) && (field.IsString || field.Count > 0) ? JsonData.Of(Mask) : Clean(field));
        }

        return builder.Build();
    }

    private static void Collect(JsonData value, IReadOnlyList<ParameterSpec> parameters, bool isSensitive, List<string> texts)
    {
        if (value.IsString && isSensitive)
        {
            texts.Add(value.Text!);
        }

        foreach (var item in value.Items)
        {
            Collect(item, [], isSensitive, texts);
        }

        foreach (var (name, field) in value.Fields)
        {
            var parameter = parameters.FirstOrDefault(spec => spec.Name == name);
            Collect(field, parameter?.Fields ?? [], isSensitive || parameter?.Sensitive == true || IsSecretName(name), texts);
        }
    }

    private static bool IsSecretName(string name) => Names.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
}
