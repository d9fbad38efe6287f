using System.Collections.Frozen;

namespace AiTeams.WorkflowEngine.Core.Expressions.Library;

/// <summary>The functions there are. Not knowing one is an error when compiling, never a null when running.</summary>
internal static class Functions
{
    private static readonly Function[] All =
    [
        .. LogicFunctions.All, .. TypeFunctions.All, .. NumberFunctions.All, .. TextFunctions.All, .. NamingFunctions.All,
        .. PatternFunctions.All, .. CodingFunctions.All, .. ListFunctions.All, .. ItemFunctions.All, .. ObjectFunctions.All, .. DateFunctions.All,
    ];

    private static readonly FrozenDictionary<string, Function> Table = All
        .SelectMany(function => function.Aliases.Prepend(function.Name).Select(name => KeyValuePair.Create(name, function)))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Without the aliases.</summary>
    public static IReadOnlyList<string> Names { get; } = All.Select(function => function.Name).Order(StringComparer.Ordinal).ToArray();

    /// <summary>With the aliases.</summary>
    public static IReadOnlyCollection<string> AllNames => Table.Keys;

    public static Function? Find(string name) => Table.GetValueOrDefault(name);
}
