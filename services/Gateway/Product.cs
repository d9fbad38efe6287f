using System.Reflection;

namespace AiTeams.Gateway;

internal static class Product
{
    /// <summary>The build's version without the commit behind the plus sign.</summary>
    public static string Version { get; } = typeof(Product).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
}
