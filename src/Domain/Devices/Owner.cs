using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>
/// Who holds the device: a person, with the facts that rules need of them, or nobody. Nobody's facts live in the catalog. Groups are the
/// static ones.
/// </summary>
public sealed record Owner(UserName User, string DisplayName, ImmutableArray<GroupId> Groups, DateTimeOffset Since)
{
    public string? Email { get; init; }

    /// <summary>Null = local; otherwise the identity provider or directory that the person comes from.</summary>
    public string? Source { get; init; }

    /// <summary>The values of the person's custom attributes.</summary>
    public ImmutableArray<AttributeValue> Attributes { get; init => field = value.IsDefault ? [] : value; } = [];

    [JsonIgnore]
    public bool IsNobody => User == UserName.Nobody;

    public static Owner NobodySince(DateTimeOffset since) => new(UserName.Nobody, "nobody", [], since);

    public bool Equals(Owner? other) => other is not null && Since == other.Since && IsSamePerson(other);

    /// <summary>Equal but for the time.</summary>
    public bool IsSamePerson(Owner other) =>
        User == other.User && DisplayName == other.DisplayName && Email == other.Email && Source == other.Source
        && Groups.SequenceEqual(other.Groups) && Attributes.SequenceEqual(other.Attributes);

    public override int GetHashCode() => User.GetHashCode();

    /// <summary>An attribute's value as text; null = there is none.</summary>
    internal string? Text(AttributeId attribute) => attribute.Value switch
    {
        "userName" => User.Value,
        "displayName" => DisplayName,
        "email" => Email,
        "source" => Source ?? "local",
        "isNobody" => IsNobody ? "true" : "false",
        _ => AttributeValues.Find(Attributes, attribute),
    };
}
