using Xunit.Abstractions;

namespace AiTeams.WorkflowEngine.Sandbox.Tests;

/// <summary>
/// Code that means harm, as a file of such holds it: a line <c>//@ name | source | expectation | result</c>, then the code. Harmless ends
/// and gives the result, error throws, stopped is interrupted, cut short or killed, any may do all of that.
/// </summary>
public sealed class Payload : IXunitSerializable
{
    public string Name { get; private set; } = "";

    public string Source { get; private set; } = "";

    public string Expectation { get; private set; } = "";

    /// <summary>The JSON of a harmless one; empty where it does not matter.</summary>
    public string Result { get; private set; } = "";

    public string Code { get; private set; } = "";

    public static IReadOnlyList<Payload> All { get; } =
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Payloads"), "*.js").Order(StringComparer.Ordinal).SelectMany(Read)];

    public void Deserialize(IXunitSerializationInfo info)
    {
        var found = All.Single(payload => payload.Name == info.GetValue<string>("name"));
        (Name, Source, Expectation, Result, Code) = (found.Name, found.Source, found.Expectation, found.Result, found.Code);
    }

    public void Serialize(IXunitSerializationInfo info) => info.AddValue("name", Name);

    public override string ToString() => Name;

    private static IEnumerable<Payload> Read(string file)
    {
        foreach (var part in File.ReadAllText(file).Split("//@ ", StringSplitOptions.RemoveEmptyEntries))
        {
            var head = part[..part.IndexOf('\n', StringComparison.Ordinal)].Split(" | ");
            yield return new Payload
            {
                Name = head[0],
                Source = head[1],
                Expectation = head[2],
                Result = head.Length > 3 ? head[3] : "",
                Code = part[(part.IndexOf('\n', StringComparison.Ordinal) + 1)..].TrimEnd('\n'),
            };
        }
    }
}
