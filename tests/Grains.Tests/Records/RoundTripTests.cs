using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Mdm.Fleet.Grains.Records;

namespace Mdm.Fleet.Grains.Tests.Records;

/// <summary>Every record as stored: all of it comes back, and a member that an older version did not write has a usable value.</summary>
public sealed class RoundTripTests
{
    public static TheoryData<string> Stored => [.. typeof(GrainsJson).GetCustomAttributesData()
        .Where(attribute => attribute.AttributeType == typeof(JsonSerializableAttribute))
        .Select(attribute => (Type)attribute.ConstructorArguments[0].Value!)
        .Where(type => !type.IsGenericType)
        .Select(type => type.AssemblyQualifiedName!)];

    [Theory]
    [MemberData(nameof(Stored))]
    public void What_is_written_with_all_members_set_is_read_again(string typeName)
    {
        var type = Type.GetType(typeName, throwOnError: true)!;
        foreach (var concrete in Samples.FamilyOf(type))
        {
            var sample = Samples.Of(concrete, salt: 1);
            var json = JsonSerializer.Serialize(sample, type, GrainsJson.Default);
            var read = JsonSerializer.Deserialize(json, type, GrainsJson.Default)!;
            Assert.Equal(concrete, read.GetType());
            Assert.Equal(json, JsonSerializer.Serialize(read, type, GrainsJson.Default));
            AssertWritten(concrete, JsonNode.Parse(json)!.AsObject());
        }
    }

    [Theory]
    [MemberData(nameof(Stored))]
    public void A_record_of_an_older_version_has_no_array_that_was_never_made(string typeName)
    {
        var type = Type.GetType(typeName, throwOnError: true)!;
        if (!Samples.IsInitialised(type))
            return;
        AssertNoDefaultArray(JsonSerializer.Deserialize("{}", type, GrainsJson.Default)!);
        if (type.GetProperties().FirstOrDefault(member => Samples.IsInitialised(member.PropertyType)) is { } nested)
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(nested.Name);
            AssertNoDefaultArray(JsonSerializer.Deserialize($"{{\"{name}\":{{}}}}", type, GrainsJson.Default)!);
        }
    }

    /// <summary>Every member that is not computed or left out on purpose is in the JSON.</summary>
    private static void AssertWritten(Type type, JsonObject json)
    {
        foreach (var member in Samples.MembersOf(type))
            Assert.True(json.ContainsKey(JsonNamingPolicy.CamelCase.ConvertName(member.Name)), $"{type.Name}.{member.Name} is not written.");
    }

    private static void AssertNoDefaultArray(object record)
    {
        foreach (var member in record.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(member => member.GetIndexParameters().Length == 0))
        {
            if (!member.PropertyType.IsGenericType || member.PropertyType.GetGenericTypeDefinition() != typeof(System.Collections.Immutable.ImmutableArray<>))
            {
                if (Samples.IsInitialised(member.PropertyType) && member.GetValue(record) is { } nested)
                    AssertNoDefaultArray(nested);
                continue;
            }

            var isDefault = (bool)member.PropertyType.GetProperty("IsDefault")!.GetValue(member.GetValue(record))!;
            Assert.False(isDefault, $"{record.GetType().Name}.{member.Name} was never made.");
        }
    }
}
