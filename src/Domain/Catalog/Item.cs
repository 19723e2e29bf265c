using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>What an item is to an admin.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ItemKind>))]
public enum ItemKind
{
    Configuration,
    Certificate,
    WebClip,
    App,

    /// <summary>The built-in "Multi-user Secure Sign-in for iOS" (MU-10).</summary>
    MultiUserSignIn,

    /// <summary>Typed rules that a device is judged by (UG-13).</summary>
    Policy,
}

/// <summary>How an item reaches a device, and what names it there. A closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "by")]
[JsonDerivedType(typeof(Profile), "profile")]
[JsonDerivedType(typeof(ManagedApp), "app")]
[JsonDerivedType(typeof(ServerSide), "server")]
public abstract record Delivery
{
    private Delivery()
    {
    }

    /// <summary>Whether devices get anything of it: what is not sent is never in a ledger and keeps nobody from being ready.</summary>
    [JsonIgnore]
    public bool IsSent => this is not ServerSide;

    /// <summary>A configuration profile with this top-level PayloadIdentifier.</summary>
    public sealed record Profile(string Identifier) : Delivery;

    /// <summary>A managed app with this bundle identifier.</summary>
    public sealed record ManagedApp(string BundleId) : Delivery;

    /// <summary>Never sent: the server acts on it (UG-12, UG-13). NeedsApps: it is judged by the list of the device's apps.</summary>
    public sealed record ServerSide(bool NeedsApps = false) : Delivery;
}

/// <summary>
/// An item as the catalog publishes it. <paramref name="Revision"/> is the hash of its content: two equal revisions are the same
/// bytes, whatever was edited in between. An app that is not required is offered to the person and installed when they ask for it.
/// </summary>
public sealed record Item(
    ItemId Id,
    ItemKind Kind,
    string Name,
    string Revision,
    Delivery Delivery,
    Distribution Distribution,
    bool Enabled = true,
    bool Required = true)
{
    public const int PriorityDefault = 100;

    /// <summary>Of the items that exclude each other the one with the smallest number goes; of equals the one with the smaller id.</summary>
    public int Priority { get; init; } = PriorityDefault;

    /// <summary>What a device can hold only once, Apple's payload types as a rule: items that share one exclude each other.</summary>
    public ImmutableArray<string> Exclusive { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The attributes whose values its content holds as <c>${name}</c>.</summary>
    public ImmutableArray<AttributeId> Variables { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Other contents for some: the first whose distribution reaches a device goes there in place of <see cref="Revision"/>.</summary>
    public ImmutableArray<ItemVersion> Versions { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>A network that may be what carries the device: losing the last one cuts it off.</summary>
    public bool IsNetwork { get; init; }

    /// <summary>Its own distribution and those of its versions.</summary>
    [JsonIgnore]
    public IEnumerable<Distribution> Distributions => Versions.Select(version => version.For).Prepend(Distribution);

    /// <summary>Whether some device may get this content of it.</summary>
    public bool HasContent(string revision) => Revision == revision || Versions.Any(version => version.Revision == revision);

    /// <summary>The same, distributed without some groups: they are no more.</summary>
    public Item Without(Predicate<GroupId> userGroup, Predicate<GroupId> deviceGroup) => this with
    {
        Distribution = Without(Distribution, userGroup, deviceGroup),
        Versions = [.. Versions.Select(version => version with { For = Without(version.For, userGroup, deviceGroup) })],
    };

    private static Distribution Without(Distribution distribution, Predicate<GroupId> userGroup, Predicate<GroupId> deviceGroup) =>
        distribution is Distribution.Custom custom ? custom.Without(userGroup, deviceGroup) : distribution;

    public bool Equals(Item? other) =>
        other is not null && Id == other.Id && Kind == other.Kind && Name == other.Name && Revision == other.Revision && Delivery == other.Delivery
        && Distribution == other.Distribution && Enabled == other.Enabled && Required == other.Required && Priority == other.Priority
        && IsNetwork == other.IsNetwork && Exclusive.SequenceEqual(other.Exclusive) && Variables.SequenceEqual(other.Variables) && Versions.SequenceEqual(other.Versions);

    public override int GetHashCode() => HashCode.Combine(Id, Revision);
}

/// <summary>A version of an item for those whom its distribution reaches: pilots first, then everyone.</summary>
public sealed record ItemVersion(string Revision, Distribution For);
