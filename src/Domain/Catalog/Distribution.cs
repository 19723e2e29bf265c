using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Rules;

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

    /// <summary>A device must pass it too; null = every device does.</summary>
    public Rule? Filter { get; init; }

    /// <summary>Every device, whoever holds it.</summary>
    public sealed record All : Distribution;

    /// <summary>No device: the default.</summary>
    public sealed record None : Distribution;

    /// <summary>Devices in one of the device groups, and devices whose owner is in one of the user groups; but none that an excepted group holds.</summary>
    public sealed record Custom(ImmutableArray<GroupId> UserGroups, ImmutableArray<GroupId> DeviceGroups) : Distribution
    {
        /// <summary>User groups out: out wins.</summary>
        public ImmutableArray<GroupId> ExceptUserGroups { get; init => field = value.IsDefault ? [] : value; } = [];

        /// <summary>Device groups out: out wins.</summary>
        public ImmutableArray<GroupId> ExceptDeviceGroups { get; init => field = value.IsDefault ? [] : value; } = [];

        public bool Equals(Custom? other) =>
            base.Equals(other)
            && UserGroups.SequenceEqual(other!.UserGroups) && DeviceGroups.SequenceEqual(other.DeviceGroups)
            && ExceptUserGroups.SequenceEqual(other.ExceptUserGroups) && ExceptDeviceGroups.SequenceEqual(other.ExceptDeviceGroups);

        public override int GetHashCode() => HashCode.Combine(UserGroups.Length, DeviceGroups.Length);

        /// <summary>The same without some groups: they are no more.</summary>
        public Custom Without(Predicate<GroupId> userGroup, Predicate<GroupId> deviceGroup) => this with
        {
            UserGroups = UserGroups.RemoveAll(userGroup),
            DeviceGroups = DeviceGroups.RemoveAll(deviceGroup),
            ExceptUserGroups = ExceptUserGroups.RemoveAll(userGroup),
            ExceptDeviceGroups = ExceptDeviceGroups.RemoveAll(deviceGroup),
        };
    }
}
