using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Grains.Tests.Records;

/// <summary>Makes values of stored types with every member set to something that is not its default.</summary>
internal static class Samples
{
    public static IEnumerable<Type> FamilyOf(Type type) =>
        type.IsAbstract ? type.GetCustomAttributes<JsonDerivedTypeAttribute>().Select(derived => derived.DerivedType) : [type];

    /// <summary>One of ours whose members have initial values, which source-generated JSON overwrites when a member is missing.</summary>
    public static bool IsInitialised(Type type) =>
        type.Namespace?.StartsWith("Mdm.Fleet", StringComparison.Ordinal) == true && !type.IsAbstract && type.GetConstructor(Type.EmptyTypes) is not null;

    /// <summary>What JSON holds of a type: what can be set and is not ignored.</summary>
    public static IEnumerable<PropertyInfo> MembersOf(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(member => member.SetMethod is not null && member.GetCustomAttribute<JsonIgnoreAttribute>() is null);

    public static object Of(Type type, int salt)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Of(underlying, salt);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
            return ArrayOf(type.GetGenericArguments()[0], salt);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableSortedDictionary<,>))
            return DictionaryOf(type.GetGenericArguments()[1], salt);
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!;
        return Simple(type, salt) ?? Composed(type.IsAbstract ? FamilyOf(type).Last() : type, salt);
    }

    private static object? Simple(Type type, int salt) =>
        type == typeof(string) ? $"text \"{salt}\" é"
        : type == typeof(bool) ? true
        : type == typeof(int) ? 40 + salt
        : type == typeof(long) ? 5_000_000_000 + salt
        : type == typeof(Guid) ? new Guid(salt, 2, 3, new byte[8])
        : type == typeof(DateTimeOffset) ? new DateTimeOffset(2026, 1, 2, 3, 4, salt % 60, TimeSpan.Zero)
        : type == typeof(byte[]) ? new byte[] { 1, 2, (byte)salt }
        : type == typeof(ReadOnlyMemory<byte>) ? new ReadOnlyMemory<byte>([1, 2, (byte)salt])
        : type == typeof(ulong) ? 10_000_000_000_000_000_000UL + (ulong)salt
        : type == typeof(DateOnly) ? new DateOnly(2026, 1, 1 + salt % 28)
        : type == typeof(TimeOnly) ? new TimeOnly(salt % 24, 30)
        : type == typeof(AttributeId) ? AttributeId.Parse($"attribute{salt}")
        : type == typeof(Rule) ? new Rule.Not(new Rule.InUserGroup(GroupId.Parse($"group-{salt}")))
        : type == typeof(ItemId) ? ItemId.Parse($"item-{salt}")
        : type == typeof(GroupId) ? GroupId.Parse($"group-{salt}")
        : type == typeof(UserName) ? UserName.Parse($"anna{salt}")
        : type == typeof(ManagedAppleId) ? ManagedAppleId.Parse($"anna{salt}@example.com")
        : type == typeof(EnrollmentId) ? EnrollmentId.Parse($"DEVICE-000{salt}")
        : type == typeof(IdentityProviderId) ? IdentityProviderId.Parse($"provider-{salt}")
        : null;

    private static object Composed(Type type, int salt)
    {
        var constructor = type.GetConstructors().OrderByDescending(candidate => candidate.GetParameters().Length).First();
        var made = constructor.Invoke([.. constructor.GetParameters().Select((parameter, index) => Of(parameter.ParameterType, salt + index + 1))]);
        var index = 0;
        foreach (var member in MembersOf(type))
            member.SetValue(made, Of(member.PropertyType, salt + ++index));
        return made;
    }

    private static object ArrayOf(Type element, int salt)
    {
        var values = Array.CreateInstance(element, 2);
        values.SetValue(Of(element, salt), 0);
        values.SetValue(Of(element, salt + 1), 1);
        var create = typeof(ImmutableArray).GetMethods()
            .Single(method => method.Name == "Create" && method.GetParameters() is [{ ParameterType.IsArray: true }]);
        return create.MakeGenericMethod(element).Invoke(null, [values])!;
    }

    private static object DictionaryOf(Type value, int salt)
    {
        var empty = typeof(ImmutableSortedDictionary<,>).MakeGenericType(typeof(string), value).GetField("Empty")!.GetValue(null)!;
        return empty.GetType().GetMethod("SetItem")!.Invoke(empty, ["key", Of(value, salt)])!;
    }
}
