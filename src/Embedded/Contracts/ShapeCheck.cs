using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Embedded.Contracts;

/// <summary>
/// The shapes that may cross a grain call: plain values, immutable collections of them, references, values of Domain, and messages:
/// records or readonly structs with serializer attributes and nothing in them that can change.
/// </summary>
internal sealed class ShapeCheck
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly HashSet<Type> Plain =
    [
        typeof(string), typeof(decimal), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan), typeof(Guid), typeof(ReadOnlyMemory<byte>),
    ];

    private static readonly HashSet<Type> Collections =
    [
        typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableHashSet<>), typeof(ImmutableSortedSet<>),
        typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>), typeof(Nullable<>),
    ];

    private readonly HashSet<Type> _seen = [];
    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems => _problems;

    public void Report(string where, string problem) => _problems.Add($"{where}: {problem}.");

    public void Check(Type type, string where)
    {
        if (type.IsPrimitive || type.IsEnum || Plain.Contains(type) || IsReference(type))
            return;
        if (type.IsGenericType && Collections.Contains(type.GetGenericTypeDefinition()))
        {
            foreach (var argument in type.GetGenericArguments())
                Check(argument, where);
        }
        else if (IsRecord(type) || IsReadOnlyStruct(type))
        {
            if (_seen.Add(type))
                CheckValue(type);
        }
        else
        {
            Report(where, $"{Name(type)} is neither a plain value, an immutable collection, a record nor a readonly struct");
        }
    }

    public void CheckException(Type type)
    {
        if (_seen.Add(type))
            CheckMessage(type, []);
    }

    private void CheckValue(Type type)
    {
        var family = Family(type);
        if (IsDomain(type))
            CheckFields(type);
        else
            CheckMessage(type, family);
        foreach (var member in family)
            Check(member, type.Name);
    }

    /// <summary>The concrete records of a closed family; empty for a type that stands alone.</summary>
    private Type[] Family(Type type)
    {
        if (type.IsValueType || type.IsSealed)
            return [];
        if (!type.IsAbstract)
            Report(type.Name, "is not sealed");
        else if (type.GetConstructors(Declared).Any(c => !IsCopy(c, type) && (c.IsPublic || c.IsFamily || c.IsFamilyOrAssembly)))
            Report(type.Name, "is an open family: its constructors must be private");
        return [.. type.Assembly.GetTypes().Where(t => t.IsSubclassOf(type))];
    }

    private void CheckMessage(Type type, Type[] family)
    {
        Require<GenerateSerializerAttribute>(type);
        if (!type.IsSubclassOf(typeof(Exception)))
            Require<ImmutableAttribute>(type);
        foreach (var member in family.Append(type).Where(_ => family.Length > 0))
            Require<AliasAttribute>(member);
        CheckFields(type);
        CheckIds(type);
    }

    private void CheckFields(Type type)
    {
        foreach (var field in type.GetFields(Declared))
        {
            var where = $"{type.Name}.{MemberOf(field)?.Name ?? field.Name}";
            if (!field.IsInitOnly)
                Report(where, "can change");
            Check(field.FieldType, where);
        }
        if (type.BaseType is { } parent && IsRecord(parent) && _seen.Add(parent))
            CheckValue(parent);
    }

    private void CheckIds(Type type)
    {
        var members = type.GetFields(Declared).Select(f => (MemberInfo?)MemberOf(f) ?? f).ToArray();
        foreach (var member in members.Where(m => !m.IsDefined(typeof(IdAttribute))))
            Report($"{type.Name}.{member.Name}", "has no [Id]");
        foreach (var twice in members.Select(m => m.GetCustomAttribute<IdAttribute>()?.Id).Where(id => id is not null).GroupBy(id => id))
            if (twice.Count() > 1)
                Report(type.Name, $"has [Id({twice.Key})] more than once");
    }

    private void Require<TAttribute>(Type type)
        where TAttribute : Attribute
    {
        if (!type.IsDefined(typeof(TAttribute), inherit: false))
            Report(type.Name, $"has no [{typeof(TAttribute).Name.Replace("Attribute", "", StringComparison.Ordinal)}]");
    }

    /// <summary>The property that a backing field belongs to.</summary>
    private static PropertyInfo? MemberOf(FieldInfo field) => field.Name.StartsWith('<')
        ? field.DeclaringType!.GetProperty(field.Name[1..field.Name.IndexOf('>')], Declared)
        : null;

    private static bool IsCopy(ConstructorInfo constructor, Type type) =>
        constructor.GetParameters() is [var only] && only.ParameterType == type;

    private static bool IsReference(Type type) => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type);

    private static bool IsRecord(Type type) => type.IsClass && type.GetMethod("<Clone>$") is not null;

    private static bool IsReadOnlyStruct(Type type) => type.IsValueType && type.IsDefined(typeof(IsReadOnlyAttribute));

    private static bool IsDomain(Type type) => type.Namespace is "Mdm.Fleet.Domain" || type.Namespace?.StartsWith("Mdm.Fleet.Domain.", StringComparison.Ordinal) == true;

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
