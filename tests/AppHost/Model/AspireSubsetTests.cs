using System.Reflection;
using System.Text;

namespace AiTeams.AppHost.Tests.Model;

/// <summary>
/// Everything public in Aspire's namespaces is in the approved list, and the list has only what official Aspire 13 has under the same
/// signature. That is what lets one Program.cs compile against either; a new line is looked up there before it is approved.
/// </summary>
public sealed class AspireSubsetTests
{
    [Fact]
    public void The_public_surface_is_the_approved_one()
    {
        var approved = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "aspire-api.approved.txt"));
        var actual = PublicSurface().ToArray();
        Assert.True(
            approved.SequenceEqual(actual),
            $"New: {string.Join("\n     ", actual.Except(approved))}\nGone: {string.Join("\n      ", approved.Except(actual))}\nAll of it:\n{string.Join('\n', actual)}");
    }

    [Fact]
    public void Nothing_else_is_public() => Assert.Empty(
        typeof(DistributedApplication).Assembly.GetExportedTypes().Where(type => !InAspire(type)).Select(type => type.FullName));

    private static bool InAspire(Type type) => type.Namespace is { } name && (name == "Aspire.Hosting" || name.StartsWith("Aspire.Hosting.", StringComparison.Ordinal));

    private static IEnumerable<string> PublicSurface()
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var type in typeof(DistributedApplication).Assembly.GetExportedTypes().Where(InAspire).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            yield return Describe(type);
            var lines = type.GetMembers(Declared).Select(Describe).OfType<string>().Order(StringComparer.Ordinal);
            foreach (var line in lines)
            {
                yield return "  " + line;
            }
        }
    }

    private static string Describe(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
            : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        var inherited = type.BaseType is { } parent && parent != typeof(object) && !type.IsEnum && !type.IsValueType ? [parent] : Type.EmptyTypes;
        var supertypes = inherited.Concat(type.GetInterfaces().Where(InAspire).OrderBy(Name, StringComparer.Ordinal)).Select(Name).ToArray();
        return $"{kind} {type.Namespace}.{Name(type)}{(supertypes.Length == 0 ? "" : " : " + string.Join(", ", supertypes))}";
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        ConstructorInfo { IsPublic: true } constructor => $"new({Parameters(constructor)})",
        MethodInfo { IsSpecialName: false } method when IsVisible(method) && method.DeclaringType is { IsValueType: false } or { IsNested: true } && !IsOfRecord(method) =>
            $"{(method.IsStatic ? "static " : "")}{Name(method.ReturnType)} {method.Name}{Generic(method)}({Parameters(method)})",
        PropertyInfo property when property.GetMethod is { } get && IsVisible(get) =>
            $"{(get.IsStatic ? "static " : "")}{Name(property.PropertyType)} {property.Name} {{ get;{(property.SetMethod is { IsPublic: true } set ? IsInit(set) ? " init;" : " set;" : "")} }}",
        FieldInfo { IsPublic: true, IsSpecialName: false } field => field.DeclaringType!.IsEnum
            ? $"{field.Name} = {Convert.ToInt32(field.GetRawConstantValue(), System.Globalization.CultureInfo.InvariantCulture)}"
            : $"{(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}",
        _ => null,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily;

    // What the compiler writes into every record is not a decision of ours.
    private static bool IsOfRecord(MethodInfo method) => method.Name.StartsWith('<')
        || (method.DeclaringType!.GetMethod("<Clone>$") is not null && method.Name is "Equals" or "GetHashCode" or "ToString" or "PrintMembers" or "Deconstruct");

    private static bool IsInit(MethodInfo set) => set.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit");

    private static string Generic(MethodInfo method) => method.IsGenericMethod
        ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.GetGenericParameterConstraints() is { Length: > 0 } constraints ? $"{argument.Name}: {string.Join(" & ", constraints.Select(Name))}" : argument.Name))}>"
        : "";

    private static string Parameters(MethodBase method)
    {
        var text = new StringBuilder(method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute), false) ? "this " : "");
        foreach (var parameter in method.GetParameters())
        {
            text.Append(parameter.Position == 0 ? "" : ", ")
                .Append(parameter.IsDefined(typeof(ParamArrayAttribute), false) ? "params " : "")
                .Append(Name(parameter.ParameterType)).Append(' ').Append(parameter.Name)
                .Append(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "default"}" : "");
        }

        return text.ToString();
    }

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return "in " + Name(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        var own = type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Name;
        return type.IsGenericType ? $"{own.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : own;
    }
}
