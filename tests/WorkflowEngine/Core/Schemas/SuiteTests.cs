using System.IO.Compression;
using AiTeams.WorkflowEngine.Core.Schemas;

namespace AiTeams.WorkflowEngine.Core.Tests.Schemas;

/// <summary>
/// The official test suite of JSON Schema, draft 2020-12 (github.com/json-schema-org/JSON-Schema-Test-Suite, MIT, Julian Berman and others), packed
/// as it is with the documents it refers to. What is not passed is named here, with the reason.
/// </summary>
public sealed class SuiteTests
{
    private static readonly JsonData Suite = Read();

    private static readonly Dictionary<string, JsonData> Documents =
        Suite["documents"].Fields.ToArray().ToDictionary(document => document.Key, document => document.Value);

    /// <summary>A group, or one test of it, as <c>file: group: test</c>.</summary>
    private static readonly string[] Left =
    [
        // The rules are always those of 2020-12: no $schema switches some of them off, or another draft on.
        "vocabulary: schema that uses custom metaschema with with no validation vocabulary",
        "optional/format-assertion: ",
        "optional/cross-draft: ",
        // Linear matching works on UTF-16 units.
        "optional/non-bmp-regex: ",
        // Formats that are remarks here.
        "optional/format/idn-email: ",
        "optional/format/idn-hostname: ",
        "optional/format/iri: ",
        "optional/format/iri-reference: ",
        "optional/format/uri-template: ",
    ];

    public static TheoryData<string> Files => new(Suite["tests"].Fields.ToArray().Select(file => file.Key).Where(file => !file.StartsWith("optional/", StringComparison.Ordinal)));

    public static TheoryData<string> Options => new(Suite["tests"].Fields.ToArray().Select(file => file.Key).Where(file => file.StartsWith("optional/", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Files))]
    public void What_every_validator_must_do_is_done(string file) => Passes(file, checksFormats: false);

    [Theory]
    [MemberData(nameof(Options))]
    public void What_a_validator_may_do_is_done(string file)
        => Passes(file, ChecksFormats(file));

    [Fact]
    public void Nothing_is_left_out_that_passes()
    {
        var wrong = Suite["tests"].Fields.ToArray()
            .SelectMany(file => Outcomes(file.Key, ChecksFormats(file.Key)))
            .Where(outcome => outcome.Wrong is not null).ToList();

        Assert.All(Left, left => Assert.Contains(wrong, outcome => outcome.Name.StartsWith(left, StringComparison.Ordinal)));
    }

    private static bool ChecksFormats(string file) =>
        file.StartsWith("optional/format/", StringComparison.Ordinal) || file == "optional/ecmascript-regex";

    private static void Passes(string file, bool checksFormats)
    {
        var failures = Outcomes(file, checksFormats)
            .Where(outcome => outcome.Wrong is not null && !Left.Any(left => outcome.Name.StartsWith(left, StringComparison.Ordinal)))
            .Select(outcome => $"{outcome.Name}: {outcome.Wrong}").ToList();

        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    private static IEnumerable<(string Name, string? Wrong)> Outcomes(string file, bool checksFormats)
    {
        foreach (var group in Suite["tests"][file].Items.ToArray())
        {
            foreach (var test in group["tests"].Items.ToArray())
            {
                yield return ($"{file}: {group["description"].Text}: {test["description"].Text}", Judge(group["schema"], test, checksFormats));
            }
        }
    }

    private static string? Judge(JsonData schema, JsonData test, bool checksFormats)
    {
        try
        {
            var errors = JsonSchema.Compile(schema, Documents, checksFormats).Validate(test["data"]);
            return (errors.Count == 0) == test["valid"].IsTrue ? null
                : test["valid"].IsTrue ? $"is valid, and said to be wrong: {errors[0]}" : "is not valid, and nothing was said";
        }
        catch (SchemaException exception)
        {
            return $"{exception.Message} ({exception.Pointer})";
        }
    }

    private static JsonData Read()
    {
        using var packed = typeof(SuiteTests).Assembly.GetManifestResourceStream("draft2020-12.json.gz")!;
        using var plain = new GZipStream(packed, CompressionMode.Decompress);
        using var memory = new MemoryStream();
        plain.CopyTo(memory);
        return JsonData.Parse(memory.ToArray());
    }
}
