using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Orleans;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>What an import says of a device. Null = as it is; groups are all that it is in by hand; an empty value of an attribute is taken away.</summary>
[GenerateSerializer, Immutable, Alias("device.given")]
public sealed record GivenFacts(
    [property: Id(0)] Ownership? Ownership = null,
    [property: Id(1)] ImmutableArray<GroupId>? Groups = null)
{
    [Id(2)]
    public ImmutableArray<AttributeValue> Attributes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The device with these facts; the same instance where it has them.</summary>
    public Device On(Device device)
    {
        var next = Ownership is { } ownership && ownership != device.Ownership ? device with { Ownership = ownership } : device;
        if (Groups is { } groups && !groups.ToHashSet().SetEquals(device.Groups))
            next = next with { Groups = groups };
        return AttributeValues.With(device.Attributes, Attributes) is var values && !values.SequenceEqual(device.Attributes)
            ? next with { Attributes = values }
            : next;
    }

    /// <summary>These facts after earlier ones.</summary>
    public GivenFacts After(GivenFacts earlier) => new(Ownership ?? earlier.Ownership, Groups ?? earlier.Groups)
    {
        Attributes = [.. earlier.Attributes.Where(value => Attributes.All(newer => newer.Id != value.Id)), .. Attributes],
    };

    public bool SaysTheSameAs(GivenFacts other) =>
        Ownership == other.Ownership
        && Groups.HasValue == other.Groups.HasValue && (Groups ?? []).ToHashSet().SetEquals(other.Groups ?? [])
        && Attributes.ToHashSet().SetEquals(other.Attributes);
}

public enum GiveResult
{
    /// <summary>No such device has ever come.</summary>
    Unknown,
    Unchanged,
    Updated,

    /// <summary>Not done: it would take from the device the last network that it has when nobody holds it.</summary>
    CutOff,

    /// <summary>Not done: the device would be in too many groups.</summary>
    TooManyGroups,
}
