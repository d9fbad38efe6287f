using System.Text.RegularExpressions;

namespace AiTeams.Testing;

/// <summary>One ```sh block of a document and what its marker, the HTML comment on the line above it, says about running it.</summary>
/// <param name="Line">Where the block begins, from 1.</param>
/// <param name="Marker">"run", "run, prints SUCCESS", "not run: why"; null without a marker.</param>
public sealed record DocumentedBlock(string Document, int Line, string Commands, string? Marker)
{
    private const string Run = "run";
    private const string Prints = "run, prints ";
    private const string NotRun = "not run: ";

    /// <summary>The block belongs to the document's session: all such blocks run in order in one shell.</summary>
    public bool IsRun => Marker == Run || Marker?.StartsWith(Prints, StringComparison.Ordinal) == true;

    /// <summary>What the block's output must contain; null when it must only succeed.</summary>
    public string? Expected => Marker?.StartsWith(Prints, StringComparison.Ordinal) == true ? Marker[Prints.Length..] : null;

    public bool IsMarked => IsRun || (Marker?.StartsWith(NotRun, StringComparison.Ordinal) == true && Marker.Length > NotRun.Length);
}

/// <summary>
/// The commands of a document, so that what it tells a reader to type is what a test types:
/// <code>
/// &lt;!-- test: run, prints SUCCESS --&gt;
/// ```sh
/// curl ...
/// ```
/// </code>
/// </summary>
public static partial class DocumentedCommands
{
    private const string EndOfBlock = "---- end of block";

    public static IReadOnlyList<DocumentedBlock> In(string document, string text)
        => [.. Block().Matches(text).Select(match => new DocumentedBlock(
            document,
            text[..match.Groups["fence"].Index].Count(letter => letter == '\n') + 1,
            match.Groups["commands"].Value,
            match.Groups["marker"] is { Success: true } marker ? marker.Value.Trim() : null))];

    /// <summary>Reads a document of this repository.</summary>
    public static IReadOnlyList<DocumentedBlock> Of(string path) => In(path, File.ReadAllText(Path.Combine(RepositoryFolder.Root, path)));

    /// <summary>Types the document's marked blocks into one shell, in order, and gives each with what it printed. Stops at the first that fails.</summary>
    /// <param name="replacements">What differs in a test: addresses, mostly.</param>
    public static async Task<IReadOnlyList<(DocumentedBlock Block, string Output)>> RunAsync(
        string path, IReadOnlyDictionary<string, string> replacements, string folder, TimeSpan timeout)
    {
        var blocks = Of(path).Where(block => block.IsRun).ToList();
        var script = "set -euo pipefail\n" + string.Concat(blocks.Select(block => $"{block.Commands}\necho '{EndOfBlock}'\n"));
        foreach (var (written, actual) in replacements)
        {
            script = script.Replace(written, actual, StringComparison.Ordinal);
        }

        var result = await CommandLine.RunAsync("bash", ["-c", script], folder, timeout: timeout);
        result.EnsureSuccess();
        return [.. blocks.Zip(result.Output.Split(EndOfBlock))];
    }

    [GeneratedRegex(@"(?:<!-- test:(?<marker>[^\n]*?)-->[ \t]*\n)?(?<fence>```sh)[ \t]*\n(?<commands>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
