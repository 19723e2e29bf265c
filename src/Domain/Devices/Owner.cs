using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>Who holds the device: a person, with the facts that rules need of them, or nobody. Nobody's facts live in the catalog.</summary>
public sealed record Owner(UserName User, string DisplayName, ImmutableArray<GroupId> Groups, DateTimeOffset Since)
{
    [JsonIgnore]
    public bool IsNobody => User == UserName.Nobody;

    public static Owner NobodySince(DateTimeOffset since) => new(UserName.Nobody, "nobody", [], since);

    public bool Equals(Owner? other) =>
        other is not null && User == other.User && DisplayName == other.DisplayName && Since == other.Since && Groups.SequenceEqual(other.Groups);

    public override int GetHashCode() => User.GetHashCode();
}
