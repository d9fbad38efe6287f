using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;

namespace AiTeams.Architecture.Tests.StandIns;

/// <summary>An assembly written by hand that refers to a type another assembly does not have.</summary>
internal static class BrokenAssembly
{
    public static (Assembly Assembly, Stream Image) Build(string target, string @namespace, string type)
    {
        var metadata = new MetadataBuilder();
        metadata.AddModule(0, metadata.GetOrAddString("Broken.dll"), metadata.GetOrAddGuid(new Guid("7f6b4a1e-8a1c-4a55-9b1d-1d7a3c2b9f00")), default, default);
        metadata.AddAssembly(metadata.GetOrAddString("Broken"), new Version(1, 0, 0, 0), default, default, default, AssemblyHashAlgorithm.None);
        metadata.AddTypeDefinition(default, default, metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        var reference = metadata.AddAssemblyReference(metadata.GetOrAddString(target), new Version(2, 0, 0, 0), default, default, default, default);
        metadata.AddTypeReference(reference, metadata.GetOrAddString(@namespace), metadata.GetOrAddString(type));

        var blob = new BlobBuilder();
        new ManagedPEBuilder(PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(metadata), new BlobBuilder()).Serialize(blob);
        var bytes = blob.ToArray();
        return (AssemblyLoadContext.Default.LoadFromStream(new MemoryStream(bytes)), new MemoryStream(bytes));
    }
}
