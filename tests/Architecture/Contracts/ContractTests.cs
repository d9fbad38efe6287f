using System.Reflection;
using AiTeams.Contracts.Events;
using AiTeams.Testing;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace AiTeams.Architecture.Tests.Contracts;

/// <summary>Whatever another process can see is approved by a person: a change of the wire shows up in review as a change of one file.</summary>
public sealed class ContractTests
{
    private const string Approve = "APPROVE_CONTRACTS";

    private static readonly string ApprovedFile = Path.Combine(RepositoryFolder.Root, "tests", "Architecture", "contracts.approved.txt");

    [Fact]
    public void The_contracts_are_the_approved_ones()
    {
        var assembly = typeof(ExecutionFinished).Assembly;
        var now = ProtoText.Of(ProtoFiles(assembly)) + "# events\n" + EventText.Of(Events(assembly));
        if (Environment.GetEnvironmentVariable(Approve) == "1")
        {
            File.WriteAllText(ApprovedFile, now);
        }

        var approved = File.Exists(ApprovedFile) ? File.ReadAllText(ApprovedFile) : "";
        Assert.True(
            approved == now,
            $"A public contract changed:\n{TextDiff.Between(approved, now)}\nIf that is meant: {Approve}=1 dotnet test tests/Architecture, then commit contracts.approved.txt.");
    }

    [Fact]
    public void Every_service_package_is_versioned()
        => Assert.All(
            ProtoFiles(typeof(ExecutionFinished).Assembly).Where(file => file.Services.Count > 0),
            file => Assert.Matches(@"^(aiteams|grpc)\.[a-z.]+\.v1(alpha)?$", file.Package));

    [Fact]
    public void A_renumbered_field_changes_the_text()
    {
        // Two messages of the runtime that differ in one field's type stand for "before" and "after".
        var text = ProtoText.Of([TimestampReflection.Descriptor]);

        Assert.Contains("message google.protobuf.Timestamp\n  1 int64 seconds\n  2 int32 nanos\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_maps_and_oneofs_are_part_of_the_text()
    {
        var text = ProtoText.Of([StructReflection.Descriptor]);

        Assert.Contains("  1 map<string, google.protobuf.Value> fields\n", text, StringComparison.Ordinal);
        Assert.Contains("  1 repeated google.protobuf.Value values\n", text, StringComparison.Ordinal);
        Assert.Contains("  3 string string_value oneof kind\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nullability_is_part_of_an_events_text()
        => Assert.Equal("event " + typeof(Planted).FullName + "\n  Name String?\n  Count Int32?\n  Tags IReadOnlyList<String>\n", EventText.Of([typeof(Planted)]));

    [Fact]
    public void The_difference_names_the_changed_lines_only()
        => Assert.Equal("...\n  b\n  c\n- d\n+ D\n  e\n  f\n", TextDiff.Between("a\nb\nc\nd\ne\nf\ng", "a\nb\nc\nD\ne\nf\ng"));

    private static IEnumerable<FileDescriptor> ProtoFiles(Assembly assembly)
        => assembly.GetTypes()
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static))
            .Where(property => property?.PropertyType == typeof(FileDescriptor))
            .Select(property => (FileDescriptor)property!.GetValue(null)!);

    private static IEnumerable<System.Type> Events(Assembly assembly)
        => assembly.GetExportedTypes().Where(type => type.Namespace == typeof(ExecutionFinished).Namespace);

    private sealed record Planted(string? Name, int? Count, IReadOnlyList<string> Tags);
}
