using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Configurations;

namespace Mdm.Fleet.Domain.Policies;

/// <summary>Rules that a device is judged by while it has the policy (UG-13); all of them count. Devices get no profile of it.</summary>
public sealed record Policy(ImmutableArray<PolicyRule> Rules) : ConfigurationContent
{
    /// <summary>Whether the device's apps must be known.</summary>
    [JsonIgnore]
    public bool NeedsApps => Rules.Any(rule => rule is PolicyRule.AllowedApps);

    public bool Equals(Policy? other) => other is not null && Rules.SequenceEqual(other.Rules);

    public override int GetHashCode() => Rules.Length;
}
