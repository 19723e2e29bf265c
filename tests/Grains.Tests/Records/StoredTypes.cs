using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Grains.Records;

namespace Mdm.Fleet.Grains.Tests.Records;

/// <summary>The types that records are made of, as the serializer sees them.</summary>
internal static class StoredTypes
{
    private static readonly HashSet<Type> roots = [.. typeof(GrainsJson).GetCustomAttributesData()
        .Where(attribute => attribute.AttributeType == typeof(JsonSerializableAttribute))
        .Select(attribute => (Type)attribute.ConstructorArguments[0].Value!)
        .Where(type => !type.IsGenericType)];

    /// <summary>Records, and all that they hold, each once.</summary>
    public static ImmutableArray<Type> All { get; } = [.. Reachable().OrderBy(type => type.FullName, StringComparer.Ordinal)];

    /// <summary>Records, and families, of which a record holds one member at a time.</summary>
    public static IEnumerable<Type> Written => All.Where(type => roots.Contains(type) || (type.IsAbstract && !type.IsInterface));

    public static IEnumerable<Type> Enums => All.Where(type => type.IsEnum);

    public static IEnumerable<Type> FamilyOf(Type type) => type == typeof(Rule)
        ? type.GetNestedTypes().Where(nested => nested.IsSubclassOf(type))
        : Samples.FamilyOf(type);

    public static JsonTypeInfo InfoOf(Type type) => GrainsJson.Default.GetTypeInfo(type) ?? throw new InvalidOperationException($"{type} is not stored.");

    public static Type? ElementOf(Type type) => InfoOf(type).Kind switch
    {
        JsonTypeInfoKind.Enumerable => type.GetGenericArguments()[0],
        JsonTypeInfoKind.Dictionary => type.GetGenericArguments()[1],
        _ => null,
    };

    private static HashSet<Type> Reachable()
    {
        var found = new HashSet<Type>();
        var left = new Stack<Type>(roots);
        while (left.TryPop(out var type))
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            if (!found.Add(type))
                continue;
            foreach (var part in FamilyOf(type).Concat(PartsOf(type)))
                left.Push(part);
        }

        return found;
    }

    private static IEnumerable<Type> PartsOf(Type type) =>
        GrainsJson.Default.GetTypeInfo(type) is not { } info ? []
        : ElementOf(type) is { } element ? [element]
        : info.Kind == JsonTypeInfoKind.Object ? info.Properties.Where(property => property.Get is not null).Select(property => property.PropertyType)
        : [];
}
