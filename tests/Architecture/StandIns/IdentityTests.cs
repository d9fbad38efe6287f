using System.Reflection;
using AiTeams.Architecture.Tests.Sources;
using Grpc.Core;

namespace AiTeams.Architecture.Tests.StandIns;

/// <summary>The stand-ins are what the real gRPC packages, compiled against the real assemblies, look for.</summary>
public sealed class IdentityTests
{
    private static readonly string[] StandIns = ["Grpc.Core.Api", "Grpc.Net.Common"];

    [Theory]
    [InlineData("Grpc.Core.Api")]
    [InlineData("Grpc.Net.Common")]
    public void A_stand_in_has_the_identity_of_the_official_assembly(string name)
    {
        var identity = Assembly.Load(name).GetName();

        Assert.Equal(name, identity.Name);
        Assert.Equal(new Version(2, 0, 0, 0), identity.Version);
        Assert.Equal("D754F35622E28BAD", Convert.ToHexString(identity.GetPublicKeyToken()!));
    }

    [Theory]
    [InlineData("Grpc.AspNetCore.Server", 100)]
    [InlineData("Grpc.Net.Client", 100)]
    [InlineData("AiTeams.Contracts", 30)]
    public void Every_reference_to_a_stand_in_resolves(string user, int atLeast)
    {
        var assembly = Assembly.Load(user);
        using var image = File.OpenRead(assembly.Location);

        var (missing, count) = MemberReferences.Check(assembly, image, StandIns);

        Rule.Holds(missing);
        Assert.True(count >= atLeast, $"Only {count} references were looked at.");
    }

    [Fact]
    public void A_reference_that_does_not_resolve_is_caught()
    {
        var (assembly, image) = BrokenAssembly.Build("Grpc.Core.Api", "Grpc.Core", "NoSuchType");

        var (missing, count) = MemberReferences.Check(assembly, image, StandIns);

        Assert.Equal(1, count);
        Assert.StartsWith("NoSuchType", Assert.Single(missing), StringComparison.Ordinal);
    }

    [Fact]
    public void The_numbers_compiled_into_others_are_the_official_ones()
    {
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], Enum.GetValues<StatusCode>().Select(code => (int)code));
        Assert.Equal((5, 14, 16), ((int)StatusCode.NotFound, (int)StatusCode.Unavailable, (int)StatusCode.Unauthenticated));
        Assert.Equal((1, 2), ((int)WriteFlags.BufferHint, (int)WriteFlags.NoCompress));
        Assert.Equal((0, 1, 2, 3), ((int)MethodType.Unary, (int)MethodType.ClientStreaming, (int)MethodType.ServerStreaming, (int)MethodType.DuplexStreaming));
        Assert.Equal((0, 1, 2, 3, 4), ((int)ConnectivityState.Idle, (int)ConnectivityState.Connecting, (int)ConnectivityState.Ready, (int)ConnectivityState.TransientFailure, (int)ConnectivityState.Shutdown));
    }

    [Fact]
    public void Generated_code_binds_to_the_stand_ins() => Assert.Equal("WorkflowEngine", AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine.Descriptor.Name);
}
