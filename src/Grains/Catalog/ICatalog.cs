using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Orleans;

namespace Mdm.Fleet.Grains.Catalog;

/// <summary>The one publisher of who gets what (key "catalog"). One write publishes: new revision and outbox entry together.</summary>
[Alias("catalog")]
public interface ICatalog : IGrainWithStringKey
{
    const string Key = "catalog";

    Task<CatalogSnapshot> Read();

    /// <summary>The newest revision: what a sign-in, sign-out or change of groups names as the least to plan against.</summary>
    Task<long> Revision();

    /// <summary>Puts an item in, or in place of the one with its id. Answers the revision; an equal item publishes nothing.</summary>
    Task<long> PutItem(Item item);

    Task<long> RemoveItem(ItemId item);

    Task<long> PutUserGroup(Group group);

    Task<long> RemoveUserGroup(GroupId group);

    Task<long> PutDeviceGroup(Group group);

    Task<long> RemoveDeviceGroup(GroupId group);

    /// <summary>Nobody is a user and can be in user groups; its membership is a fact of the catalog.</summary>
    Task<long> SetNobodyGroup(GroupId group, bool member, string by);

    /// <summary>A fan-out has marked every device concerned: its cursor and its outbox entry go.</summary>
    Task FannedOut(long revision);

    /// <summary>A due mark's time has come: starts again what the outbox still holds.</summary>
    Task LookAgain(string reason, long mark);
}

/// <summary>Which devices a published change concerns: all, or those with any of some tags of the index.</summary>
[GenerateSerializer, Immutable, Alias("catalog.change")]
public sealed record CatalogChange(
    [property: Id(0)] long Revision,
    [property: Id(1)] bool All,
    [property: Id(2)] ImmutableArray<string> Tags)
{
    public bool Equals(CatalogChange? other) => other is not null && Revision == other.Revision && All == other.All && Tags.SequenceEqual(other.Tags);

    public override int GetHashCode() => Revision.GetHashCode();
}

/// <summary>Carries one change to the devices concerned; the key is the catalog revision. A durable cursor makes it certain.</summary>
[Alias("fanout")]
public interface IFanout : IGrainWithStringKey
{
    /// <summary>Begins, goes on where it was left, or tells the catalog again that it is finished. Does not wait for any of it.</summary>
    Task Start(CatalogChange change);

    /// <summary>The catalog knows that it is finished: its record goes.</summary>
    Task Forget();
}

/// <summary>On the membership stream of a device: look again, the catalog has at least this revision. May be lost, repeated or exceed.</summary>
[GenerateSerializer, Immutable, Alias("membership.hint")]
public sealed record MembershipHint([property: Id(0)] long Revision);
