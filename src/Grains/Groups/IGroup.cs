using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Grains.Users;
using Orleans;

namespace Mdm.Fleet.Grains.Groups;

/// <summary>A static user group; the key is its id. Who is in it is a fact of each user.</summary>
[Alias("userGroup")]
public interface IUserGroup : IGroupGrain, IGrainWithStringKey;

/// <summary>A static device group; the key is its id. Which devices are in it is a fact of each device.</summary>
[Alias("deviceGroup")]
public interface IDeviceGroup : IGroupGrain, IGrainWithStringKey;

/// <summary>What both kinds of group have in common.</summary>
public interface IGroupGrain
{
    /// <summary>The built-in user group that everyone is in, nobody included.</summary>
    const string Everyone = "everyone";

    /// <summary>False = the id is taken.</summary>
    Task<bool> Create(string name, string by);

    Task<GroupView?> View();

    Task<GroupChange> Rename(string name, string? etag, string by);

    /// <summary>Deletes the group; items distributed to it reach its members no more.</summary>
    Task<GroupChange> Delete(string? etag, string by);
}

[GenerateSerializer, Immutable, Alias("group.view")]
public sealed record GroupView([property: Id(0)] GroupId Id, [property: Id(1)] string Name, [property: Id(2)] string Etag);

[GenerateSerializer, Immutable, Alias("group.change")]
public sealed record GroupChange([property: Id(0)] ChangeResult Result, [property: Id(1)] GroupView? View);
