using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Devices;

namespace Mdm.Fleet.Domain.Policies;

/// <summary>What the listed apps are to a device.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AppsMode>))]
public enum AppsMode
{
    /// <summary>No others may be installed.</summary>
    [JsonStringEnumMemberName("allow")]
    Allow,

    /// <summary>None of them may be installed.</summary>
    [JsonStringEnumMemberName("deny")]
    Deny,
}

/// <summary>One typed rule of a policy (UG-13). A closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RequiredOs), "requiredOs")]
[JsonDerivedType(typeof(AllowedApps), "allowedApps")]
public abstract record PolicyRule
{
    private PolicyRule()
    {
    }

    /// <summary>Devices of the platform run at least this version; other devices are not concerned.</summary>
    public sealed record RequiredOs(Platform Platform, string MinVersion) : PolicyRule;

    /// <summary>Which apps may be installed. Apps that come with the system are in no list of a device, so never against it.</summary>
    public sealed record AllowedApps(AppsMode Mode, ImmutableArray<string> BundleIds) : PolicyRule
    {
        public bool Equals(AllowedApps? other) => other is not null && Mode == other.Mode && BundleIds.SequenceEqual(other.BundleIds);

        public override int GetHashCode() => HashCode.Combine(Mode, BundleIds.Length);
    }
}
