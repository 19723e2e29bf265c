using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Mdm.Fleet.Frontend.Admin.Http;

/// <summary>
/// A body in which a misspelt member must not pass as left out: unknown members are refused. Those that the object is shown with (its etag,
/// for one) may be sent back, and are not read.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class KnownMembersOnlyAttribute(Type? shown = null) : Attribute
{
    private Type? Shown { get; } = shown;

    /// <summary>Makes the attribute hold for bodies that are read with this resolver.</summary>
    public static void Apply(JsonTypeInfo body)
    {
        if (body.Kind != JsonTypeInfoKind.Object || body.Type.GetCustomAttribute<KnownMembersOnlyAttribute>() is not { } strict)
            return;
        body.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        foreach (var member in strict.Shown?.GetProperties(BindingFlags.Public | BindingFlags.Instance) ?? [])
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(member.Name);
            if (body.Properties.Any(known => known.Name == name))
                continue;
            var unread = body.CreateJsonPropertyInfo(typeof(JsonElement), name);
            unread.Set = static (_, _) => { };
            body.Properties.Add(unread);
        }
    }
}
