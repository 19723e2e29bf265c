using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Configurations;
using Orleans;

namespace Mdm.Fleet.Grains.Configurations;

/// <summary>
/// One item that an admin edits: a configuration or an app; the key is the item's id. It keeps the draft; the catalog publishes.
/// The one called <see cref="MultiUserSignIn"/> is built in: it always exists and can't be deleted (MU-10).
/// </summary>
[Alias("configuration")]
public interface IConfiguration : IGrainWithStringKey
{
    const string MultiUserSignIn = "multi-user-sign-in";

    /// <summary>False = the id is taken.</summary>
    Task<bool> Create(ConfigurationSpec spec, string by);

    Task<ConfigurationView?> View();

    /// <summary>The item as it would be published with this spec; nothing is saved.</summary>
    Task<Item> Draft(ConfigurationSpec spec);

    Task<ConfigurationChange> Update(ConfigurationSpec spec, string? etag, string by);

    Task<ConfigurationChange> Distribute(Distribution distribution, string? etag, string by);

    Task<ConfigurationChange> Delete(string? etag, string by);

    /// <summary>A due mark's time has come: publishes what is not published yet.</summary>
    Task LookAgain(string reason, long mark);
}

/// <summary>What an item is made of: a configuration's content or an app. Exactly one of the two.</summary>
[GenerateSerializer, Immutable, Alias("configuration.spec")]
public sealed record ConfigurationSpec(
    [property: Id(0)] string Name,
    [property: Id(1)] ConfigurationContent? Content,
    [property: Id(2)] AppContent? App,
    [property: Id(3)] Distribution Distribution,
    [property: Id(4)] bool Enabled,
    [property: Id(5)] bool Required)
{
    /// <summary>Of items that exclude each other the one with the smallest number goes.</summary>
    [Id(6)]
    public int Priority { get; init; } = Item.PriorityDefault;

    /// <summary>Payload types in the content that a device holds once.</summary>
    [Id(7)]
    public ImmutableArray<string> Exclusive { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The content is a network that may carry the device.</summary>
    [Id(8)]
    public bool IsNetwork { get; init; }

    /// <summary>Other versions of an app, for those whom their distribution reaches; the first that does goes.</summary>
    [Id(9)]
    public ImmutableArray<AppVersion> Versions { get; init => field = value.IsDefault ? [] : value; } = [];
}

/// <summary>A version of an app for some: pilots first, then everyone.</summary>
[GenerateSerializer, Immutable, Alias("configuration.version")]
public sealed record AppVersion(
    [property: Id(0)] string Version,
    [property: Id(1)] string ManifestUrl,
    [property: Id(2)] Distribution For);

[GenerateSerializer, Immutable, Alias("configuration.view")]
public sealed record ConfigurationView(
    [property: Id(0)] ItemId Id,
    [property: Id(1)] ConfigurationSpec Spec,
    [property: Id(2)] string Revision,
    [property: Id(3)] bool BuiltIn,
    [property: Id(4)] bool Published,
    [property: Id(5)] string Etag);

public enum ConfigurationResult
{
    Done,
    NotFound,
    Stale,

    /// <summary>Built in: only its distribution and branding are edited.</summary>
    BuiltIn,

    /// <summary>An app's bundle identifier, and whether an item is an app, can't be changed: devices know it by that.</summary>
    Fixed,
}

/// <summary>Revision: the catalog's after the change; a sign-in that follows may ask for at least that one.</summary>
[GenerateSerializer, Immutable, Alias("configuration.change")]
public sealed record ConfigurationChange(
    [property: Id(0)] ConfigurationResult Result,
    [property: Id(1)] ConfigurationView? View,
    [property: Id(2)] long Revision);

/// <summary>Content by its hash, written once and never changed (key = the hash). The edge reads it to render commands.</summary>
[Alias("payload")]
public interface IPayload : IGrainWithStringKey
{
    Task Put(Payload payload);

    Task<Payload?> Read();
}
