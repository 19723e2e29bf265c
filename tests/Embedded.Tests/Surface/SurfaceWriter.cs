using System.Reflection;
using System.Runtime.CompilerServices;

namespace Mdm.Fleet.Embedded.Tests.Surface;

/// <summary>Writes what a type shows to code that uses or derives from it: kind, constructors, methods, properties, enum values.</summary>
internal static class SurfaceWriter
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Signatures(Type type)
    {
        var name = $"{type.Namespace}.{Name(type)}";
        return MembersOf(type).Select(member => $"{name}: {member}").Prepend($"{Kind(type)} {name}");
    }

    private static IEnumerable<string> MembersOf(Type type)
    {
        if (type.IsEnum)
            return type.GetEnumNames().Select(n => $"{n} = {Convert.ToInt64(Enum.Parse(type, n), null)}");
        var properties = type.GetProperties(Declared).Where(p => IsSeen(p.GetMethod)).Select(Property);
        var constructors = type.GetConstructors(Declared).Where(IsSeen).Select(c => $".ctor({Parameters(c)})");
        var methods = type.GetMethods(Declared).Where(m => IsSeen(m) && !IsAccessor(m) && !IsOfObject(m)).Select(Method);
        return constructors.Concat(properties).Concat(methods);
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static bool IsSeen(MethodBase? method) => method is { IsPrivate: false, IsAssembly: false, IsFamilyAndAssembly: false } and { IsStatic: false } or { IsPublic: true };

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && (method.Name.StartsWith("get_", StringComparison.Ordinal) || method.Name.StartsWith("set_", StringComparison.Ordinal));

    private static bool IsOfObject(MethodInfo method) => method.GetBaseDefinition().DeclaringType == typeof(object) || method.Name.Contains('.', StringComparison.Ordinal);

    private static string Property(PropertyInfo property)
    {
        var setter = property.SetMethod is { } set && IsSeen(set)
            ? set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;"
            : "";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{Reach(property.GetMethod!)}{required}{Name(property.PropertyType)} {property.Name} {{ get;{setter} }}";
    }

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        return $"{Reach(method)}{Name(method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Reach(MethodBase method) =>
        (method.IsFamily ? "protected " : method.IsFamilyOrAssembly ? "protected internal " : "")
        + (method.IsStatic ? "static " : "")
        + (method.DeclaringType!.IsInterface ? "" : method.IsAbstract ? "abstract " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "");

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select((p, i) =>
        (i == 0 && method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + $"{Name(p.ParameterType)} {p.Name}" + (p.IsOptional ? " = default" : "")));

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{Name(underlying)}?";
        var plain = type.Name.Split('`')[0];
        return type.IsGenericType ? $"{plain}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : plain;
    }
}
