using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>Who gets an item (UG-05). A closed family; nobody is a user, so "all" includes it (MU-15).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "to")]
[JsonDerivedType(typeof(All), "all")]
[JsonDerivedType(typeof(None), "none")]
[JsonDerivedType(typeof(Custom), "custom")]
public abstract record Distribution
{
    private Distribution()
    {
    }

    /// <summary>Every device, whoever holds it.</summary>
    public sealed record All : Distribution;

    /// <summary>No device: the default.</summary>
    public sealed record None : Distribution;

    /// <summary>Devices in one of the device groups, and devices whose owner is in one of the user groups.</summary>
    public sealed record Custom(ImmutableArray<GroupId> UserGroups, ImmutableArray<GroupId> DeviceGroups) : Distribution
    {
        public bool Equals(Custom? other) =>
            other is not null && UserGroups.SequenceEqual(other.UserGroups) && DeviceGroups.SequenceEqual(other.DeviceGroups);

        public override int GetHashCode() => HashCode.Combine(UserGroups.Length, DeviceGroups.Length);
    }
}
