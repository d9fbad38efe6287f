using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Projects;

/// <summary>Small trees that break one rule each.</summary>
internal static class Planted
{
    public static SourceTree Project(string path, string items) => new(ProjectFile(path, items));

    public static SourceFile ProjectFile(string path, string items = "") => new(path, $"<Project Sdk=\"x\"><ItemGroup>{items}</ItemGroup></Project>");

    public static SourceTree File(string path, string text) => new(new SourceFile(path, text));
}
