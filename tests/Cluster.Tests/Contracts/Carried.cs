using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Grains.Tests.Records;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Cluster.Tests.Contracts;

/// <summary>All that grains' contracts carry.</summary>
internal static class Carried
{
    private static readonly JsonSerializerOptions json = new()
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(GrainsJson.Default, new DefaultJsonTypeInfoResolver()),
    };

    private static readonly IReadOnlyList<Type> contracts = [.. typeof(IDevice).Assembly.GetTypes()
        .Where(type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type))
        .OrderBy(type => type.Name, StringComparer.Ordinal)];

    public static IEnumerable<string> Contracts => contracts.Select(type => type.Name);

    /// <summary>The types that a contract's methods name, and where one is a family, each member of it.</summary>
    public static IEnumerable<(Type Type, Type Member)> By(string contract) => contracts.Single(type => type.Name == contract).GetMethods().SelectMany(TypesOf)
        .Concat(contract == nameof(IDevice) ? [typeof(MembershipHint)] : [])
        .Distinct()
        .SelectMany(Samples.FamilyOf, (type, member) => (type, member));

    /// <summary>A value with all its members.</summary>
    public static string Told(object value) => JsonSerializer.Serialize(value, value.GetType(), json);

    private static IEnumerable<Type> TypesOf(MethodInfo method) => method.GetParameters().Select(parameter => parameter.ParameterType)
        .Concat(method.ReturnType.GetGenericArguments())
        .Where(type => !typeof(IAddressable).IsAssignableFrom(type) && type != typeof(CancellationToken))
        .Select(type => Nullable.GetUnderlyingType(type) ?? type);
}
