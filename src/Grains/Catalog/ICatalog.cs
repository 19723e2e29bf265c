using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;
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

    /// <summary>The revisions whose devices have not all been marked yet.</summary>
    Task<ImmutableArray<long>> UnderWay();

    /// <summary>Puts an item in, or in place of the one with its id. Answers the revision; an equal item publishes nothing.</summary>
    Task<long> PutItem(Item item);

    /// <summary>Throws <see cref="CatalogFullException"/> where the item would find no place.</summary>
    Task CheckItem(Item item);

    Task<long> RemoveItem(ItemId item);

    /// <summary>What putting the group in, or removing it (null), would answer; nothing changes.</summary>
    Task<PublishReply> CheckUserGroup(GroupId id, Group? group);

    /// <summary>What putting the group in, or removing it (null), would answer; nothing changes.</summary>
    Task<PublishReply> CheckDeviceGroup(GroupId id, Group? group);

    /// <summary>Refused where its rule asks for what is not there, or for itself in the end.</summary>
    Task<PublishReply> PutUserGroup(Group group);

    /// <summary>Refused where a rule asks for it. Distributions lose it.</summary>
    Task<PublishReply> RemoveUserGroup(GroupId group);

    Task<PublishReply> PutDeviceGroup(Group group);

    Task<PublishReply> RemoveDeviceGroup(GroupId group);

    /// <summary>
    /// Adds a custom attribute, or renames it: what names it by its id shows the new name from this revision on (UG-04). Refused where the name
    /// is taken, or where its scope or type is another one.
    /// </summary>
    Task<PublishReply> PutAttribute(AttributeDefinition attribute, string by);

    /// <summary>Refused where a rule or a content asks for it.</summary>
    Task<PublishReply> RemoveAttribute(AttributeId attribute, string by);

    /// <summary>Sets values of nobody's attributes; an empty one is taken away, all others stay.</summary>
    Task<PublishReply> SetNobodyAttributes(ImmutableArray<AttributeValue> changes, string by);

    /// <summary>
    /// Puts settings in, or in place of those with their id. Expected: the revision that they were last changed in; 0 = they are new; null =
    /// whatever there is. Groups that are not known are left out.
    /// </summary>
    Task<PublishReply> PutSettings(SettingsEntry settings, long? expected, string by);

    /// <summary>Whom they held for, the next ones hold for. The default ones go back to how they were made.</summary>
    Task<PublishReply> RemoveSettings(string id, long? expected, string by);

    /// <summary>Nobody is a user and can be in user groups; its membership is a fact of the catalog.</summary>
    Task<long> SetNobodyGroup(GroupId group, bool member, string by);

    /// <summary>A fan-out has marked every device concerned: its cursor and its outbox entry go.</summary>
    Task FannedOut(long revision);

    /// <summary>A due mark's time has come: starts again what the outbox still holds.</summary>
    Task LookAgain(string reason, long mark);
}

/// <summary>The catalog, which is one record, has no place for more: nothing was changed.</summary>
[GenerateSerializer, Alias("catalog.full")]
public sealed class CatalogFullException() : Exception("All rules, filters and items together are larger than what is stored: shorten or delete some.");

/// <summary>Why the catalog does not publish something.</summary>
public enum PublishFault
{
    /// <summary>A rule would ask for its own group in the end: the detail names the groups on the way.</summary>
    Cycle,

    /// <summary>Something still asks for it: the detail names what.</summary>
    InUse,

    /// <summary>A rule asks for what is not there.</summary>
    Unknown,

    /// <summary>The name is another one's.</summary>
    Taken,

    /// <summary>Scope and type of an attribute, and whether a group is static, stay as they were made.</summary>
    Fixed,

    /// <summary>The catalog holds as many as it can.</summary>
    TooMany,

    /// <summary>It was changed meanwhile.</summary>
    Stale,

    /// <summary>There is no such thing.</summary>
    NotFound,
}

/// <summary>The revision after the change, or why there is none. Detail is a sentence.</summary>
[GenerateSerializer, Immutable, Alias("catalog.reply")]
public sealed record PublishReply(
    [property: Id(0)] long Revision,
    [property: Id(1)] PublishFault? Fault = null,
    [property: Id(2)] string? Detail = null);

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
