using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace AiTeams.Architecture.Tests.StandIns;

/// <summary>Every type and member a compiled assembly expects of others, resolved by the runtime itself against what is really there.</summary>
internal static class MemberReferences
{
    // Enough type arguments for any generic context a reference may stand in; the runtime wants some, whichever they are.
    private static readonly Type[] Arguments = [typeof(string), typeof(string), typeof(string), typeof(string)];

    /// <summary>What does not resolve, and how many references were looked at.</summary>
    public static (IReadOnlyList<string> Missing, int Count) Check(Assembly assembly, Stream image, IReadOnlyCollection<string> targets)
    {
        using var file = new PEReader(image);
        var metadata = file.GetMetadataReader();
        var missing = new List<string>();
        var count = 0;
        foreach (var handle in metadata.TypeReferences.Where(handle => PointsAt(metadata, handle, targets)))
        {
            count++;
            var type = metadata.GetTypeReference(handle);
            Try(() => assembly.ManifestModule.ResolveType(MetadataTokens.GetToken(handle)), metadata.GetString(type.Name), missing);
        }

        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (PointsAt(metadata, Unwrapped(metadata, member.Parent), targets))
            {
                count++;
                Try(() => assembly.ManifestModule.ResolveMember(MetadataTokens.GetToken(handle), Arguments, Arguments), metadata.GetString(member.Name), missing);
            }
        }

        // Types that inherit or implement a stand-in's: a member they leave abstract, or override in vain, shows here.
        Try(() => assembly.GetTypes(), assembly.GetName().Name!, missing);
        return (missing, count);
    }

    private static void Try(Action resolve, string name, List<string> missing)
    {
        try
        {
            resolve();
        }
        catch (Exception problem) when (problem is TypeLoadException or MissingMemberException or ReflectionTypeLoadException or FileNotFoundException or BadImageFormatException)
        {
            missing.Add($"{name}: {problem.Message}");
        }
    }

    private static EntityHandle Unwrapped(MetadataReader metadata, EntityHandle parent)
    {
        if (parent.Kind != HandleKind.TypeSpecification)
        {
            return parent;
        }

        var signature = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return default;
        }

        signature.ReadCompressedInteger();
        return signature.ReadTypeHandle();
    }

    private static bool PointsAt(MetadataReader metadata, EntityHandle handle, IReadOnlyCollection<string> targets) => handle.Kind switch
    {
        HandleKind.TypeReference => PointsAt(metadata, metadata.GetTypeReference((TypeReferenceHandle)handle).ResolutionScope, targets),
        HandleKind.AssemblyReference => targets.Contains(metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)handle).Name)),
        _ => false,
    };
}
