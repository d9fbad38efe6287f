using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace AiTeams.WorkflowEngine.Core.Tests.Replay;

/// <summary>The recorded histories: one JSON object per line, compressed.</summary>
internal static class Histories
{
    private const string Name = "histories.golden.jsonl.gz";

    public static List<JsonData> Read()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Replay", Name));
        using var lines = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var histories = new List<JsonData>();
        while (lines.ReadLine() is { } line)
        {
            histories.Add(JsonData.Parse(line));
        }

        return histories;
    }

    /// <summary>Beside this file, in the sources.</summary>
    public static string Write(IEnumerable<JsonData> histories, [CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, Name);
        using var lines = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.SmallestSize));
        foreach (var history in histories)
        {
            lines.Write(history.ToString());
            lines.Write('\n');
        }

        return path;
    }

    /// <summary>
    /// Where the decision differs from the recorded one; null when it does not. What a decision says besides what was recorded is allowed:
    /// Core may learn to say more. What was recorded must be said again, to the letter.
    /// </summary>
    public static string? Difference(JsonData recorded, JsonData decided, string path = "")
    {
        foreach (var (name, value) in recorded.Fields)
        {
            var now = decided[name];
            if (name is "asked" or "rows")
            {
                if (value.Count != now.Count)
                {
                    return $"{path}/{name}: {value.Count} then, {now.Count} now";
                }

                for (var index = 0; index < value.Count; index++)
                {
                    if (Difference(value[index], now[index], $"{path}/{name}/{index}") is { } inside)
                    {
                        return inside;
                    }
                }
            }
            else if (!value.Equals(now) && !(value.IsNull && now.IsNull))
            {
                return $"{path}/{name}: {value} then, {(now.IsMissing ? "nothing" : now.ToString())} now";
            }
        }

        return null;
    }

    /// <summary>The first decision that differs, and how; null when Core decides all of it as it did.</summary>
    public static string? Replay(JsonData history)
    {
        var player = new Player(history["workflow"], history["start"]);
        for (var step = 0; step < history["steps"].Count; step++)
        {
            var (input, decision) = (history["steps"][step]["input"], history["steps"][step]["decision"]);
            if (Difference(decision, player.Take(input)) is { } difference)
            {
                return $"{history["about"].Text}, step {step} ({input["do"].Text} {input["node"].Text}): {difference}";
            }
        }

        return null;
    }
}
