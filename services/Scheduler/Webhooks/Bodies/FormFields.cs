using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.Scheduler.Webhooks.Bodies;

/// <summary>Named values in the order they came; a name that comes again makes a list.</summary>
/// <param name="what">What they are called in a refusal.</param>
internal sealed class FormFields(string what)
{
    public const int Most = 1000;

    private readonly JsonObject _fields = [];
    private int _count;

    public void Add(string name, string value) => Add(name, JsonValue.Create(TextBody.Storable(value, Pointer(name))));

    /// <summary>422 for too many: each one costs more than its bytes.</summary>
    public void Add(string name, JsonNode value)
    {
        if (++_count > Most)
        {
            throw Problems.Validation("too_many_fields", $"At most {Most} {what} are taken.", "");
        }

        switch (_fields[TextBody.Storable(name, "")])
        {
            case null:
                _fields[name] = value;
                break;
            case JsonArray list:
                list.Add(value);
                break;
            case { } first:
                _fields.Remove(name);
                _fields[name] = new JsonArray(first, value);
                break;
        }
    }

    public JsonObject ToJson() => _fields;

    private static string Pointer(string name) => JsonPointer.Append("", name);
}
