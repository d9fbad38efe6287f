using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Reads fields leniently: a wrong one is reported where it stands and replaced by its fall-back, and reading goes on.</summary>
internal sealed class DocumentReader
{
    private readonly List<ValidationProblem> _problems = [];

    public IReadOnlyList<ValidationProblem> Problems => _problems;

    public void Report(string code, string message, string pointer, string? nodeId = null, string? hint = null) =>
        _problems.Add(new(code, message, pointer, nodeId, hint));

    public string? Text(JsonData parent, string name, string at, string? nodeId = null, bool required = false, int maxLength = int.MaxValue)
    {
        var value = parent[name];
        if (value.IsNull)
        {
            if (required)
            {
                Report("missing_field", $"'{name}' is required.", Pointer.Append(at, name), nodeId);
            }

            return null;
        }

        var pointer = Pointer.Append(at, name);
        if (value.Text is not { } text)
        {
            WrongType(name, "a string", value, pointer, nodeId);
            return null;
        }

        if (required && string.IsNullOrWhiteSpace(text))
        {
            Report("empty_value", $"'{name}' must not be empty.", pointer, nodeId);
        }
        else if (text.Length > maxLength)
        {
            Report("too_long", $"'{name}' has {text.Length} characters; at most {maxLength} are allowed.", pointer, nodeId);
        }

        return text;
    }

    public JsonData Object(JsonData parent, string name, string at, string? nodeId = null)
    {
        var value = parent[name];
        if (value.IsNull)
        {
            return JsonData.EmptyObject;
        }

        if (!value.IsObject)
        {
            WrongType(name, "an object", value, Pointer.Append(at, name), nodeId);
            return JsonData.EmptyObject;
        }

        return value;
    }

    public JsonData List(JsonData parent, string name, string at, string? nodeId = null)
    {
        var value = parent[name];
        if (value.IsNull)
        {
            return JsonData.EmptyArray;
        }

        if (!value.IsArray)
        {
            WrongType(name, "an array", value, Pointer.Append(at, name), nodeId);
            return JsonData.EmptyArray;
        }

        return value;
    }

    public IReadOnlyList<string> Texts(JsonData parent, string name, string at, string? nodeId = null)
    {
        var items = List(parent, name, at, nodeId);
        var texts = new List<string>(items.Count);
        for (var index = 0; index < items.Count; index++)
        {
            if (items[index].Text is { } text)
            {
                texts.Add(text);
            }
            else
            {
                WrongType($"{name}[{index}]", "a string", items[index], Pointer.Append(Pointer.Append(at, name), index), nodeId);
            }
        }

        return texts;
    }

    public bool Flag(JsonData parent, string name, string at, bool fallback, string? nodeId = null)
    {
        var value = parent[name];
        if (value.IsBoolean || value.IsNull)
        {
            return value.IsNull ? fallback : value.IsTrue;
        }

        WrongType(name, "true or false", value, Pointer.Append(at, name), nodeId);
        return fallback;
    }

    public int? Integer(JsonData parent, string name, string at, int min, int max, string? nodeId = null)
    {
        var value = parent[name];
        if (value.IsNull)
        {
            return null;
        }

        if (!value.TryGetInteger(out var integer))
        {
            WrongType(name, "a whole number", value, Pointer.Append(at, name), nodeId);
            return null;
        }

        if (integer < min || integer > max)
        {
            Report("out_of_range", $"'{name}' is {integer}; allowed is {min} to {max}.", Pointer.Append(at, name), nodeId);
            return null;
        }

        return (int)integer;
    }

    public double Number(JsonData parent, string name, string at, string? nodeId = null)
    {
        var value = parent[name];
        if (value.TryGetNumber(out var number) || value.IsNull)
        {
            return number;
        }

        WrongType(name, "a number", value, Pointer.Append(at, name), nodeId);
        return 0;
    }

    public void WrongType(string name, string expected, JsonData found, string pointer, string? nodeId = null) =>
        Report("wrong_type", $"'{name}' must be {expected}, not {JsonKinds.Describe(found)}.", pointer, nodeId);
}
